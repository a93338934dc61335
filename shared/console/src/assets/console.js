// Comfort for the review console. Every page works without it.
(() => {
  'use strict';
  const all = (what) => [...document.querySelectorAll(what)];
  const one = (what) => document.querySelector(what);
  const say = (text) => {
    const p = document.createElement('p');
    p.className = 'refused';
    p.textContent = text;
    one('#said')?.replaceChildren(p);
  };

  // Relative times, in the words of the server.
  const span = (seconds) => {
    const m = Math.floor(Math.abs(seconds) / 60), h = Math.floor(m / 60);
    if (m < 60) return `${m}\u00a0min`;
    if (m < 600 && m % 60) return `${h}\u00a0h ${m % 60}\u00a0min`;
    return m < 2880 ? `${h}\u00a0h` : `${Math.floor(m / 1440)}\u00a0days`;
  };
  const ahead = Date.parse(document.body.dataset.now) - Date.now() || 0;
  const tick = () => {
    for (const time of all('time[data-relative]')) {
      const s = Math.round((Date.parse(time.dateTime) - Date.now() - ahead) / 1000);
      if (Number.isNaN(s)) continue;
      if (time.dataset.relative === 'due') {
        time.textContent = s < 0 ? `${span(s)} late` : `in ${span(s)}`;
        time.parentElement.classList.toggle('late', s < 0);
      } else time.textContent = s > -60 ? 'just now' : `${span(s)} ago`;
    }
  };
  setInterval(() => { if (!document.hidden) tick(); }, 30000);

  // A form is sent once. The back button gives its buttons back.
  const sent = new Set();
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post') return;
    if (sent.has(form)) { event.preventDefault(); return; }
    sent.add(form);
    // Later, so that the pressed button still counts.
    setTimeout(() => { for (const e of form.elements) if (e.type === 'submit') e.disabled = true; });
  });
  addEventListener('pageshow', () => {
    sent.clear();
    for (const button of all('button:disabled')) button.disabled = false;
    tick();
  });

  // A lead stays held while its page is open.
  const hold = one('form.renew');
  const every = 5 * 60 * 1000;
  let last = Date.now(), lost = false;
  const renew = async () => {
    if (!hold || lost || document.hidden || sent.size || Date.now() - last < every) return;
    last = Date.now();
    let answer;
    try {
      answer = await fetch(hold.action, {
        method: 'POST',
        body: new URLSearchParams(new FormData(hold)),
        headers: { accept: 'application/json' },
      });
    } catch {
      // Away for a moment: try again in a minute.
      last -= every - 60000;
      return;
    }
    if (answer.status >= 500) { last -= every - 60000; return; }
    if (!answer.ok || answer.redirected) {
      lost = true;
      say('You no longer hold this lead. Load the page anew to see who does, before you decide.');
      return;
    }
    const now = await answer.json().catch(() => ({}));
    // A renewal changes no revision: another one is somebody else's change, which this page does not show.
    if (now.revision !== undefined && String(now.revision) !== hold.elements.revision.value) {
      say('This lead has changed since the page was loaded. Load the page anew before you decide.');
    }
    const until = new Date(now.until), shown = one('#held-until time');
    if (shown && !Number.isNaN(+until)) {
      shown.dateTime = now.until;
      shown.textContent = new Intl.DateTimeFormat('en-GB',
        { hour: '2-digit', minute: '2-digit', timeZone: document.body.dataset.zone || 'UTC' }).format(until);
    }
  };
  if (hold && 'fetch' in window) {
    setInterval(renew, 15000);
    document.addEventListener('visibilitychange', renew);
  }

  // A reason that needs a text asks for it.
  const reject = one('form.reject');
  const text = reject?.querySelector('textarea');
  reject?.addEventListener('change', () => {
    const chosen = reject.querySelector('input[name=reason]:checked');
    text.required = !!chosen && 'needsText' in chosen.dataset;
  });
  const choose = (digit) => {
    if (!reject?.closest('details').open) return false;
    const reason = reject.querySelectorAll('input[name=reason]')[digit - 1];
    if (!reason) return false;
    reason.checked = true;
    reject.dispatchEvent(new Event('change'));
    (text.required ? text : reason).focus();
    return true;
  };

  // Keys. Single ones can be switched off in the list of keys.
  const help = one('#keys'), on = one('#keys-on'), opener = one('#keys-open');
  const store = { get: () => { try { return localStorage.getItem('keys'); } catch { return null; } },
    set: (v) => { try { localStorage.setItem('keys', v); } catch { /* for this page alone */ } } };
  if (help?.showModal && opener) {
    opener.hidden = false;
    opener.addEventListener('click', () => help.showModal());
    one('#keys-close').addEventListener('click', () => help.close());
    const hint = () => document.documentElement.classList.toggle('with-keys', on.checked);
    on.checked = store.get() !== 'off';
    on.addEventListener('change', () => { store.set(on.checked ? 'on' : 'off'); hint(); });
    hint();
  }
  const step = (by) => {
    const links = all('.queue tbody a');
    const at = links.indexOf(document.activeElement);
    links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
  };
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.repeat && event.key !== 'j' && event.key !== 'k') return;
    const field = event.target;
    if (field.isContentEditable || /^(TEXTAREA|SELECT)$/.test(field.tagName)) return;
    if (field.tagName === 'INPUT' && !/^(radio|checkbox|hidden)$/.test(field.type)) return;
    if (!on || !on.checked || help?.open) return;
    const key = event.key;
    if (/^[1-9]$/.test(key)) { if (choose(+key)) event.preventDefault(); return; }
    if (key === 'j' || key === 'k') { step(key === 'j' ? 1 : -1); event.preventDefault(); return; }
    if (!/^[a-z?]$/.test(key)) return;
    const does = one(`[aria-keyshortcuts="${key}"]`);
    if (!does) return;
    event.preventDefault();
    does.click();
    const opened = does.tagName === 'SUMMARY' && does.parentElement;
    if (opened && opened.open) opened.querySelector('input[type=radio],textarea')?.focus();
  });
})();
