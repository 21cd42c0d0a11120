// The pages' liveness: what the server sends is put in its place. Without this script everything works too, by forms and reloading.
const MOST_ROWS = 500;
const ROWS_PER_FRAME = 12;
const MOST_CHARS = 64_000;
const STALE_MS = 40_000;
const RETRY_MS = 2_000;

const byId = (id) => document.getElementById(id);
/** Only the server's own HTML comes in here; it has escaped whatever others wrote. */
const policy = globalThis.trustedTypes?.createPolicy('tars', { createHTML: (html) => html }) ?? { createHTML: (html) => html };
const { live, seq, list, now: theirs } = document.body.dataset;
/** Of the machine that set the ends; a phone's clock may be off. */
const ahead = theirs === undefined ? 0 : Number(theirs) - Date.now();
const serverNow = () => Date.now() + ahead;

const clock = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, '0')}:${tail}`;
};

/** New content, with what somebody was typing, had unfolded or focused in the old one. */
function fill(place, html) {
  const kept = [...place.querySelectorAll('input[id]:not([type=hidden]), details[id]')].map(({ id, value, open }) => ({ id, value, open }));
  const focused = place.contains(document.activeElement) ? document.activeElement.id : '';
  place.innerHTML = policy.createHTML(html);
  for (const { id, value, open } of kept) {
    const now = byId(id);
    if (now?.localName === 'details') now.open = open;
    else if (now !== null && now.type !== 'password') now.value = value;
  }
  if (focused !== '') byId(focused)?.focus();
}

/* ---- Steps: many at once are put in a few at a time, so that the page stays answerable. ---- */
let waiting = [];
let isDue = false;
function addRows(rows) {
  waiting.push(...rows);
  if (waiting.length > MOST_ROWS) waiting = waiting.slice(-MOST_ROWS);
  if (isDue || waiting.length === 0) return;
  isDue = true;
  // A hidden page has no frames.
  if (document.hidden) setTimeout(putRows, 250);
  else requestAnimationFrame(putRows);
}
function putRows() {
  isDue = false;
  const steps = byId('steps');
  const template = document.createElement('template');
  template.innerHTML = policy.createHTML(waiting.splice(0, ROWS_PER_FRAME).join(''));
  for (const row of [...template.content.children]) {
    const old = byId(row.id);
    if (old === null) steps.prepend(row);
    else old.replaceWith(row);
  }
  while (steps.children.length > MOST_ROWS) steps.lastElementChild.remove();
  addRows([]);
}

/* ---- Parts ---- */
function putParts(parts) {
  for (const { name, mark, html } of parts) {
    const place = byId(`part-${name}`);
    if (place === null || place.dataset.mark === mark) continue;
    place.dataset.mark = mark;
    // The clocks of what was there stand on the time it came.
    place.dataset.at = String(performance.now());
    fill(place, html);
  }
  const phase = document.querySelector('.phases .now span')?.firstChild?.textContent ?? '';
  const said = byId('phase');
  if (phase !== '' && said.textContent.trim() !== phase) said.textContent = phase;
  tick();
}

/* ---- Terminal ---- */
function putOutput({ text, isWhole }) {
  const terminal = byId('terminal');
  if (isWhole) terminal.textContent = text;
  else terminal.append(text);
  if (terminal.childNodes.length > 200) terminal.textContent = terminal.textContent.slice(-MOST_CHARS);
  if (byId('follow').checked) terminal.scrollTop = terminal.scrollHeight;
}

/* ---- Connection ---- */
let [heardAt, changedAt, isOpen] = [0, performance.now(), false];
let place = seq;
function follow() {
  const source = new EventSource(`${live}?after=${place}`);
  const on = (name, put) =>
    source.addEventListener(name, (event) => {
      heardAt = performance.now();
      isOpen = true;
      if (event.lastEventId !== '') place = event.lastEventId;
      put?.(JSON.parse(event.data));
      if (name !== 'beat') changedAt = heardAt;
    });
  on('rows', ({ html }) => addRows(html));
  on('parts', putParts);
  on('output', putOutput);
  on('beat');
  source.onopen = () => {
    [heardAt, isOpen] = [performance.now(), true];
    tick();
  };
  source.onerror = () => {
    isOpen = false;
    tick();
    // The browser comes back by itself, unless it was sent away.
    if (source.readyState === EventSource.CLOSED) setTimeout(comeBack, RETRY_MS);
  };
}
async function comeBack() {
  const answer = await fetch(location.pathname).catch(() => null);
  if (answer?.redirected || answer?.status === 404) location.reload();
  else follow();
}

/* ---- What changes by itself ---- */
function tick() {
  const now = performance.now();
  for (const until of document.querySelectorAll('[data-until]')) {
    const left = Number(until.dataset.until) - serverNow();
    until.textContent = left > 0 ? `${clock(left)} left` : 'over';
    until.classList.toggle('soon', left < 60_000);
  }
  for (const since of document.querySelectorAll('[data-since]')) since.textContent = clock(serverNow() - Number(since.dataset.since));
  for (const used of document.querySelectorAll('[data-ticks]')) {
    const ms = Number(used.dataset.ticks) + now - Number(used.closest('[data-at]')?.dataset.at ?? 0);
    used.textContent = clock(Math.min(ms, Number(used.dataset.limit)));
    used.parentElement.querySelector('progress').value = ms;
  }
  const connection = byId('connection');
  if (connection === null) return;
  const isLive = isOpen && now - heardAt < STALE_MS;
  connection.dataset.state = isLive ? 'live' : 'lost';
  const ago = Math.floor((now - changedAt) / 1_000);
  const word = isLive ? (ago < 5 ? 'live' : `live, last update ${ago < 60 ? `${ago} s` : clock(ago * 1_000)} ago`) : 'reconnecting';
  if (byId('connection-word').textContent !== word) byId('connection-word').textContent = word;
}

/* ---- Forms and buttons ---- */
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (form.dataset.whole !== undefined) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const buttons = [...form.querySelectorAll('button')];
  for (const button of buttons) button.disabled = true;
  const said = byId('said');
  try {
    const answer = await fetch(form.getAttribute('action'), { method: 'POST', body, headers: { accept: 'application/json' } });
    if (answer.redirected || answer.status === 401) return location.reload();
    const { ok, message } = await answer.json();
    said.textContent = message;
    said.dataset.ok = String(ok);
    if (ok) form.reset();
    else for (const secret of form.querySelectorAll('[type=password]')) secret.value = '';
    if (ok) form.closest('details')?.removeAttribute('open');
  } catch {
    said.textContent = 'TARS does not answer. Try again in a moment.';
    said.dataset.ok = 'false';
  }
  for (const button of buttons) button.disabled = false;
});

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (button === null) return;
  const text = byId(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = 'Copied';
  } catch {
    getSelection().selectAllChildren(text);
    button.textContent = 'Selected: copy it';
  }
});

/* ---- The list asks for itself again ---- */
async function renewList() {
  if (document.hidden || document.querySelector('main').contains(document.activeElement?.closest('a'))) return;
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.redirected) return location.reload();
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(policy.createHTML(await answer.text()), 'text/html').querySelector('main');
  const here = document.querySelector('main');
  if (fresh !== null && fresh.innerHTML !== here.innerHTML) here.replaceChildren(...fresh.childNodes);
}

document.documentElement.classList.add('scripted');
if (live !== undefined) {
  byId('terminal').scrollTop = byId('terminal').scrollHeight;
  byId('terminal').addEventListener(
    'wheel',
    () => {
      byId('follow').checked = false;
    },
    { passive: true },
  );
  follow();
  setInterval(tick, 1_000);
  tick();
}
if (list !== undefined) setInterval(renewList, 4_000);
