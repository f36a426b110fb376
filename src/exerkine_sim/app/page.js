"use strict"
;(() => {
  const root = document.documentElement

  const models = () => Bokeh.documents[0]
  const state = () => models()?.get_model_by_name("page-state")

  // What draws mathematics is large, and comes when equations are first looked at. Bokeh looks for it but once, before
  // that, and so is told to look again; without it equations stay text.
  let mathematics
  const ready = tab => tab !== "why" ? Promise.resolve() : mathematics ??= new Promise(done => {
    const script = Object.assign(document.createElement("script"), {src: "static/js/bokeh-mathjax.min.js"})
    script.onload = () => done(Bokeh.require("models/text/providers").default_provider.fetch())
    script.onerror = done
    document.head.append(script)
  })

  const tabs = [...document.querySelectorAll('[role="tab"]')]
  const show = (tab, focus) => {
    for (const one of tabs) {
      const chosen = one === tab
      one.setAttribute("aria-selected", chosen)
      one.tabIndex = chosen ? 0 : -1
      document.getElementById(one.getAttribute("aria-controls")).hidden = !chosen
    }
    if (focus) tab.focus()
    const name = tab.getAttribute("aria-controls")
    ready(name).then(() => { if (state()) state().tab = name })
  }
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => show(tab, false))
    tab.addEventListener("keydown", event => {
      const step = {ArrowRight: 1, ArrowLeft: -1}[event.key]
      if (step) show(tabs[(index + step + tabs.length) % tabs.length], true)
      if (event.key === "Home") show(tabs[0], true)
      if (event.key === "End") show(tabs[tabs.length - 1], true)
    })
  })
  window.addEventListener("exerkine:tab", event => show(document.getElementById("tab-" + event.detail), false))

  const theme = document.getElementById("theme")
  const colour = dark => {
    root.dataset.theme = dark ? "dark" : "light"
    theme.setAttribute("aria-pressed", dark)
    exerkine.paint()
  }
  theme.addEventListener("click", () => colour(root.dataset.theme !== "dark"))
  colour(matchMedia("(prefers-color-scheme: dark)").matches)

  const controls = document.getElementById("controls")
  controls.open = matchMedia("(min-width: 60.01rem)").matches

  // Handles of sliders, boxes to check and bokeh's figures say by themselves neither what they are nor what they show.
  const name = view => {
    const {model} = view
    const call = (what, said) => {
      const one = view.shadow_el?.querySelector(what)
      if (one && one.getAttribute("aria-label") !== said) one.setAttribute("aria-label", said)
    }
    call(".noUi-handle", model.title)
    call(".bk-spin-btn-up", `${model.title}: more`)
    call(".bk-spin-btn-down", `${model.title}: less`)
    if (model.type === "Checkbox") call("input", model.label)
    if (model.type === "Figure") {
      view.el.setAttribute("role", "img")
      view.el.setAttribute("aria-label", model.title?.text || "over time")
    }
    for (const child of view.children?.() ?? []) name(child)
  }

  const name_all = () => { for (const view of Bokeh.index.roots ?? []) name(view) }
  const grown = new ResizeObserver(name_all)  // a view is made when it is first looked at, and its parts arrive one by one
  for (const tab of tabs) grown.observe(document.getElementById(tab.getAttribute("aria-controls")))

  // What the server has sent is painted with the next frame; with the one after it can be seen, and is told of.
  window.addEventListener("exerkine:sent", ({detail}) => requestAnimationFrame(() => {
    exerkine.paint()
    requestAnimationFrame(() => {
      state().painted = detail
      root.dataset.painted = detail
      name_all()
    })
  }))
})()
