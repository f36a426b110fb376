// Paints one moment of the organ map, from arrays that are in the browser already.
const at = Math.min(slider.value, course.data.clock.length - 1)
const count = course.data.clock.length
const names = arrows.data.exerkine, kinds = arrows.data.kind, places = arrows.data.place
const width = moving.data.width, told = moving.data.told
const palette = colours
const chosen = choice.active.map((i) => choices[i]).slice(0, palette.length)
const colour_of = (name) => chosen.includes(name) ? palette[chosen.indexOf(name) % palette.length] : grey

const widths = [], tints = [], alphas = [], heads = [], lines = []
for (let i = 0; i < names.length; i++) {
  const share = width[i * count + at], picked = chosen.includes(names[i])
  const shown = share > 0.01 && (picked || others.active)
  widths.push(shown ? 1 + widest * share : 0)
  heads.push(shown ? 7 + 1.4 * widest * share : 0)
  tints.push(colour_of(names[i]))
  alphas.push(shown ? (picked ? 0.95 : 0.4) : 0)
  if (share > 0.05 && picked) lines.push({ i, share })
}
Object.assign(arrows.data, { line_width: widths, colour: tints, alpha: alphas, head: heads })
arrows.change.emit()

const clock = course.data.clock[at]
cursor.location = at

const swatches = chosen.map((name) => `<li><i style="background:${colour_of(name)}"></i>${labels[name] ?? ""}</li>`)
legend.text = `<ul class="swatches" aria-label="Colours">${swatches.join("")}<li><i style="background:${grey}"></i>all others</li></ul>`

lines.sort((a, b) => b.share - a.share)
const said = lines.slice(0, most).map(({ i, share }) => {
  const amount = told[i * count + at], label = labels[names[i]], place = organs[places[i]]
  return kinds[i] == "release"
    ? `<li><b>${label}</b> from ${place}: ${Number(amount.toPrecision(3))} times what the whole body releases at rest.</li>`
    : `<li><b>${label}</b> to ${place}: ${Math.round(100 * amount)} % of its receptors are taken.</li>`
})
now.text = `<h3>${clock}</h3>` + (said.length ? `<ul>${said.join("")}</ul>` : "<p>The molecules in colour are at rest.</p>")
