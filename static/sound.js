// Sounds for the hall, made here and off until somebody switches them on: ticks before the bell, chimes at a result.
{
  const button = document.querySelector('#sound'), still = matchMedia('(prefers-reduced-motion: reduce)')
  let room, scene, drawn, last = 0, timers = [], wanted = false
  try { wanted = localStorage.sound === 'on' } catch {}

  // What the button tells is what is heard: a browser lets no sound out before the first click or key.
  const sounds = () => wanted && !still.matches && room?.state === 'running'
  const draw = () => {
    button.hidden = still.matches
    button.setAttribute('aria-pressed', sounds())
  }
  const start = () => {
    if (!wanted || still.matches) return draw()
    if (!room) (room = new AudioContext()).onstatechange = draw
    room.resume().then(draw)
  }

  const note = ([hertz, after, seconds]) => {
    const at = room.currentTime + after
    const tone = new OscillatorNode(room, {frequency: hertz}), volume = new GainNode(room, {gain: 0}), {gain} = volume
    tone.connect(volume).connect(room.destination)
    gain.setValueAtTime(0, at).linearRampToValueAtTime(.2, at + .01).exponentialRampToValueAtTime(.0001, at + seconds)
    tone.start(at)
    tone.stop(at + seconds)
  }
  const play = notes => { if (sounds()) notes.forEach(note) }
  const CHIMES = {question_closed: [[659, 0, .6], [523, .18, .9]], finished: [[523, 0, .5], [659, .16, .5], [784, .32, 1.4]]}
  const tick = () => {
    if (performance.now() - last < 500) return  // one that was drawn again a moment before its tick
    last = performance.now()
    play([[880, 0, .08]])
  }

  // A chime when another state comes, not when it is drawn again; ticks anew when the time left is told anew.
  const look = () => {
    const is = document.querySelector('#stage').dataset, now = [is.run, is.state, is.question, is.round] + ''
    if (scene && scene !== now) play(CHIMES[is.state] ?? [])
    scene = now
    if (drawn === (drawn = JSON.stringify(is))) return
    timers.forEach(clearTimeout)
    timers = [5, 4, 3, 2, 1].map(s => is.remainingMs > s * 1e3 && setTimeout(tick, is.remainingMs - s * 1e3))
  }

  addEventListener('click', e => {
    if (button.contains(e.target)) {
      wanted = !sounds()
      try { localStorage.sound = wanted ? 'on' : 'off' } catch {}
    }
    start()
  })
  addEventListener('keydown', start)
  addEventListener('htmx:after:swap', look)
  still.addEventListener('change', draw)
  draw()
  look()
}
