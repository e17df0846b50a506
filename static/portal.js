// Every page works without this script.
const {body} = document, one = css => document.querySelector(css)
const on = (events, react) => events.split(' ').forEach(name => addEventListener(name, react))
const say = text => { if (text) one('#say').textContent = text }

// Connection notice: where the server replies, the stream alone is blocked.
let since, watch, live, heard = 0
const show = () => {
  const net = one('#net'), now = Date.now(), away = watch && one('[hx-sse\\:connect]') ? now - since : 0
  const asking = away > 15e3 && now - heard < 3e4
  if (net) {
    const [gone, blocked] = net.children
    net.hidden = !away || away < net.dataset.afterMs || asking && !blocked
    net.dataset.tone = asking ? 'warn' : 'bad'
    if (blocked) { blocked.hidden = !asking; gone.hidden = asking }
  }
  body.dataset.net = away && now - Math.max(since, heard) > 6e4 ? 'long' : ''
}
const cut = bad => {
  if (bad === !!watch) return
  since = Date.now()
  watch = bad ? setInterval(show, 500) : clearInterval(watch)
  show()
}
const lost = () => { live = false; cut(true) }
on('htmx:sse:error htmx:sse:close htmx:sse:before:connection', lost)
on('htmx:error', e => e.detail.ctx && cut(true))
on('htmx:sse:after:message', () => { live = true; cut(false) })
on('htmx:after:request', ({detail: {ctx}}) => {
  if (ctx.response.status > 499 || ctx.sourceElement.id === 'live') return
  heard = Date.now()
  if (live) cut(false)
})
if (one('#live')) lost()

// A tile says if it is sent, which no push knows; the reply draws it saved.
const tell = state => e => {
  const tile = e.detail.ctx?.request.submitter
  if (!tile?.form?.dataset[state]) return
  for (const {dataset} of tile.form.elements) { delete dataset.note; delete dataset.state }
  tile.dataset.state = state
  say(tile.dataset.note = tile.form.dataset[state])
}
on('htmx:before:request', tell('sending'))
on('htmx:error htmx:response:error', tell('failed'))
htmx.registerExtension('tile', {
  htmx_before_morph_attr: (at, {newValue}) => newValue !== null || !at.form?.querySelector('[data-note]')
})

// A page never goes back: a push may overtake a reply.
on('htmx:before:swap', e => {
  const now = one('#stage')?.dataset
  for (const {fragment} of e.detail.tasks) {
    const next = fragment.querySelector('#stage')?.dataset
    if (next && now?.run === next.run && (+next.turn < +now.turn || +next.at < +now.at)) e.preventDefault()
  }
})

// Dialogs; the presenter's key, also on a clicked button.
let byHand
on('click', e => {
  const up = css => e.target.closest(css), dialog = one(up('[data-dialog]')?.dataset.dialog || '_')
  byHand = e.detail
  if (dialog) { e.preventDefault(); dialog.showModal() }
  if (up('[data-close]')) up('dialog').close()
})
on('keydown', e => {
  const button = one('[data-primary]'), at = document.activeElement.closest('a,button,input,select,textarea,summary')
  if (e.key === 'Tab') byHand = 0
  if (!/^(ArrowRight|PageDown)$/.test(e.key) || e.repeat || e.altKey || e.metaKey) return
  if (!button || one('dialog[open]') || button.getAnimations()[0] || at && at !== button && !(byHand && at.matches('a,button'))) return
  e.preventDefault()
  button.click()
})

// After each swap: dialogs, focus, speech, wake lock.
let held, scene, drawn, spoken, lock, bells = []
on('focusin', e => { held = e.target })
const look = async () => {
  one('dialog[data-open]:not([open])')?.showModal()
  const stage = one('#stage'), is = stage?.dataset ?? {}, at = document.activeElement
  const now = [is.state, is.question, is.round, is.held] + '', print = JSON.stringify(is)
  const fresh = scene && scene !== now && !at.matches('input,select,textarea')
  const gone = at === body && held && (!held.isConnected || held.disabled)
  if (fresh) { scrollTo(0, 0); stage?.scrollTo(0, 0) }
  if (gone || fresh && (at === body || stage?.contains(at))) one('#stage [data-focus]')?.focus({preventScroll: true})
  if (spoken !== is.say) say(spoken = is.say)
  if (drawn !== print) {
    bells.forEach(clearTimeout)
    bells = [10, 5].map(s => is.remainingMs > s * 1e3 && setTimeout(say, is.remainingMs - s * 1e3, one('#say').dataset.bell.replace('#', s)))
  }
  scene = now
  drawn = print
  if (!body.dataset.wake?.includes(is.state)) lock?.release()
  else if (!document.hidden && lock?.released !== false) lock = await navigator.wakeLock?.request('screen').catch(() => {})
}
on('htmx:after:swap visibilitychange', look)
look()

// Hints of attention; one of a kind a second.
const sent = {}
on('blur focus visibilitychange', ({type}) => {
  const kind = type[0] === 'v' ? 'visibility_' + document.visibilityState : type, url = body.dataset.eventUrl
  if (!url || Date.now() - sent[kind] < 1e3) return
  sent[kind] = Date.now()
  fetch(url, {method: 'POST', body: new URLSearchParams({kind}), keepalive: true}).catch(() => {})
})

// A file fills a text field.
on('change', async ({target}) => {
  if (target.dataset.fills && target.files[0]) one(target.dataset.fills).value = await target.files[0].text()
})
