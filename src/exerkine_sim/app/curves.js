"use strict"
// The figures: plain canvases, each painted as a whole from columns of numbers that came in one message.
window.exerkine = (() => {
  const LEFT = 58, RIGHT = 10, TOP = 6, BOTTOM = 24, LABEL_PX = 62
  const STEPS_H = [1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 504]
  const SIDES = ["a", "b"]
  // The line of sessions above the figures: a figure without curves, A's lane above B's.
  const STRIP = {title: "Sessions over time", low: 0, high: 2, curves: {}, bands: {}}
  const LANES = {a: [1.92, 1.08], b: [0.92, 0.08]}

  const two = number => String(number).padStart(2, "0")
  const parts = hour => {
    const minutes = Math.round(60 * hour), day = Math.floor(minutes / 1440)
    return {day: `day ${day + 1}`, time: `${two(Math.floor(minutes / 60) - 24 * day)}:${two(minutes % 60)}`}
  }
  const clock = hour => { const {day, time} = parts(hour); return time === "00:00" ? day : time }
  const moment = hour => { const {day, time} = parts(hour); return `${day} ${time}` }

  const hours = (end, width) => {
    const step = STEPS_H.find(one => end / one * LABEL_PX <= width) ?? STEPS_H.at(-1)
    return Array.from({length: Math.floor(end / step) + 1}, (_, index) => step * index)
  }
  const levels = (low, high) => {
    const rough = (high - low) / 5, ten = 10 ** Math.floor(Math.log10(rough))
    const step = ten * [1, 2, 5, 10].find(one => one * ten >= rough)
    const first = Math.ceil(low / step), count = Math.floor(high / step) - first + 1
    const digits = Math.min(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), 6)
    return Array.from({length: count}, (_, index) => (first + index) * step)
      .map(value => ({value, text: Math.abs(value) < 1e6 ? value.toFixed(digits) : value.toExponential(1)}))
  }

  const model = name => Bokeh.documents[0]?.get_model_by_name(name)
  const look = () => {
    const style = getComputedStyle(document.documentElement)
    return name => style.getPropertyValue(`--${name}`)
  }

  class Figure {
    constructor(element, slot) {
      Object.assign(this, {element, slot, canvas: element.querySelector("canvas"), strip: slot === undefined})
      this.pen = this.canvas.getContext("2d")
    }

    fit() {
      const {clientWidth: width, clientHeight: height} = this.canvas, ratio = window.devicePixelRatio
      Object.assign(this, {width, height})
      const size = [Math.round(width * ratio), Math.round(height * ratio)]
      if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) {
        [this.canvas.width, this.canvas.height] = size
      }
      this.pen.setTransform(ratio, 0, 0, ratio, 0, 0)
      this.pen.clearRect(0, 0, width, height)
    }

    paint(axes, colour) {
      const panel = this.panel = this.strip ? STRIP : axes.panels[this.slot], {pen} = this
      this.element.hidden = !panel
      if (!panel) return
      this.fit()
      const wide = this.width - LEFT - RIGHT, high = this.height - TOP - BOTTOM
      this.end = axes.end_h
      this.x = hour => LEFT + wide * hour / this.end
      this.y = value => TOP + high * (panel.high - value) / (panel.high - panel.low)
      pen.font = "12px Helvetica, Arial, sans-serif"
      this.rule(colour)
      pen.save()
      pen.beginPath()
      pen.rect(LEFT, 0, wide, TOP + high)
      pen.clip()
      this.sessions(axes.sessions, colour)
      for (const side of SIDES) this.band(model(`bands-${side}`), panel.bands[side], colour(side))
      if (!this.strip) this.dotted(panel.rest, colour("rest"))
      for (const side of SIDES) this.line(model(`curves-${side}`), panel.curves[side], colour(side), side)
      pen.restore()
      this.say(panel.title)
    }

    rule(colour) {
      const {pen, panel} = this, bottom = this.height - BOTTOM, right = this.width - RIGHT
      pen.lineWidth = 1
      pen.fillStyle = colour("label")
      const stroke = (shade, ...lines) => {
        pen.strokeStyle = shade
        pen.beginPath()
        for (const [x0, y0, x1, y1] of lines) { pen.moveTo(x0, y0); pen.lineTo(x1, y1) }
        pen.stroke()
      }
      const at = hours(this.end, right - LEFT), xs = at.map(hour => Math.round(this.x(hour)) + 0.5)
      const levelled = this.strip ? [] : levels(panel.low, panel.high)
      const ys = levelled.map(({value}) => Math.round(this.y(value)) + 0.5)
      stroke(colour("grid"), ...xs.map(x => [x, TOP, x, bottom]), ...ys.map(y => [LEFT, y, right, y]))
      stroke(colour("axis"), [LEFT + 0.5, TOP, LEFT + 0.5, bottom], [LEFT, bottom + 0.5, right, bottom + 0.5],
        ...xs.map(x => [x, bottom, x, bottom + 4]), ...ys.map(y => [LEFT - 4, y, LEFT, y]))
      pen.textBaseline = "top"
      at.forEach((hour, index) => {
        const text = clock(hour), half = pen.measureText(text).width / 2
        pen.fillText(text, Math.min(xs[index] - half, this.width - 2 * half), bottom + 7)
      })
      pen.textBaseline = "middle"
      levelled.forEach(({text}, index) => pen.fillText(text, LEFT - 7 - pen.measureText(text).width, ys[index]))
    }

    sessions(spans, colour) {
      const {pen, panel} = this
      pen.fillStyle = colour("session")
      pen.globalAlpha = this.strip ? 1 : 0.35
      for (const {start_h, end_h, side} of spans) {
        const [top, bottom] = (this.strip ? LANES[side] : [panel.high, panel.low]).map(this.y)
        const left = this.x(start_h)
        pen.fillRect(left, top, Math.max(this.x(end_h) - left, 1), bottom - top)
      }
      pen.globalAlpha = 1
    }

    band(source, span, shade) {
      if (!span) return
      const {pen} = this, {t, low, high} = source.data
      pen.beginPath()
      for (let at = span[0]; at < span[1]; at++) pen.lineTo(this.x(t[at]), this.y(high[at]))
      for (let at = span[1] - 1; at >= span[0]; at--) pen.lineTo(this.x(t[at]), this.y(low[at]))
      pen.globalAlpha = 0.15
      pen.fillStyle = shade
      pen.fill()
      pen.globalAlpha = 1
    }

    dotted(value, shade) {
      const {pen} = this, y = Math.round(this.y(value)) + 0.5
      pen.strokeStyle = shade
      pen.setLineDash([2, 4])
      pen.beginPath()
      pen.moveTo(LEFT, y)
      pen.lineTo(this.width - RIGHT, y)
      pen.stroke()
      pen.setLineDash([])
    }

    line(source, span, shade, side) {
      if (!span) return
      const {pen} = this, {t, y} = source.data
      pen.beginPath()
      for (let at = span[0]; at < span[1]; at++) pen.lineTo(this.x(t[at]), this.y(y[at]))
      Object.assign(pen, {strokeStyle: shade, lineWidth: 2, lineJoin: "round"})
      pen.setLineDash(side === "b" ? [6, 4] : [])
      pen.stroke()
      pen.setLineDash([])
    }

    say(title) {
      const caption = this.element.querySelector("figcaption")
      if (caption.textContent === title) return
      caption.textContent = title
      this.canvas.setAttribute("aria-label", title)
    }

    hour(event) {
      const share = (event.clientX - this.canvas.getBoundingClientRect().left - LEFT) / (this.width - LEFT - RIGHT)
      return this.end * Math.min(Math.max(share, 0), 1)
    }

    read(event) {
      const hour = this.hour(event), reading = this.element.querySelector("output")
      const values = SIDES.filter(side => this.panel.curves[side]).map(side => {
        const {t, y} = model(`curves-${side}`).data, [first, last] = this.panel.curves[side]
        let at = first
        while (at < last - 1 && t[at + 1] <= hour) at++
        return `${side.toUpperCase()} ${y[at].toPrecision(3)}`
      })
      reading.textContent = `${values.join("  ")}  ${moment(hour)}`
      this.element.style.setProperty("--at", `${this.x(hour)}px`)
    }
  }

  const figures = [...document.querySelectorAll("#curves figure")]
    .map(element => new Figure(element, element.dataset.slot))
  const paint = () => {
    const axes = model("axes"), colour = look()
    if (axes?.panels.length) for (const figure of figures) figure.paint(axes, colour)
  }
  const resized = new ResizeObserver(() => requestAnimationFrame(paint))
  resized.observe(document.getElementById("panels"))
  for (const figure of figures.filter(one => !one.strip)) {
    figure.canvas.addEventListener("pointermove", event => figure.read(event))
    figure.canvas.addEventListener("click", event => {
      model("molecule").value = figure.panel.exerkine
      model("moment").value = Math.round(10 * figure.hour(event)) / 10
      window.dispatchEvent(new CustomEvent("exerkine:tab", {detail: "why"}))
    })
  }
  return {clock, paint}
})()
