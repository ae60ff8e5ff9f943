(() => {
  'use strict';
  const byId = id => document.getElementById(id);
  const data = [...document.querySelectorAll('script[data-clip]')];
  const count = data.length, set = document.body.dataset.set, place = `bendwise-rating-${set}`;
  const answers = [...document.querySelectorAll('.answers button')];
  const video = byId('video');
  let state = { rater: '', language: document.documentElement.lang, ratings: {} };
  let current = 1, url = null, slow = false, kept = true, advance = 0;

  const words = name => {
    const text = byId('texts').content.querySelector(`[data-text=${name}] [lang=${state.language}]`);
    return (values => text.textContent.replace(/\{(\w+)\}/g, (_, key) => values[key]));
  };
  const rated = () => Object.keys(state.ratings).length;

  // Some browsers keep nothing for files, and tell so by throwing.
  const remember = () => {
    try { localStorage.setItem(place, JSON.stringify(state)); kept = true; } catch { kept = false; }
    byId('memory').hidden = kept;
  };
  const recall = () => {
    try {
      const old = JSON.parse(localStorage.getItem(place));
      if (!old || typeof old !== 'object') return;
      state.rater = String(old.rater || '').slice(0, 40);
      if (document.querySelector(`[data-language="${CSS.escape(old.language)}"]`)) state.language = old.language;
      const known = answers.map(button => button.dataset.answer);
      for (const [clip, answer] of Object.entries(old.ratings || {}))
        if (Number(clip) >= 1 && Number(clip) <= count && known.includes(answer)) state.ratings[Number(clip)] = answer;
    } catch { /* what cannot be read is rated again */ }
  };

  const load = () => {
    const text = atob(data[current - 1].textContent.trim());
    const bytes = Uint8Array.from(text, letter => letter.charCodeAt(0));
    if (url) URL.revokeObjectURL(url);
    url = URL.createObjectURL(new Blob([bytes], { type: 'video/mp4' }));
    byId('unplayable').hidden = true;
    video.hidden = false;
    video.src = url;
    video.defaultPlaybackRate = video.playbackRate = slow ? 0.5 : 1;
    video.play().catch(() => {});
  };

  const show = () => {
    document.documentElement.lang = state.language;
    byId('place').textContent = words('place')({ number: current, count });
    byId('progress').textContent = words('progress')({ rated: rated(), count });
    byId('previous').disabled = current === 1;
    byId('next').disabled = current === count;
    for (const button of answers) button.setAttribute('aria-pressed', state.ratings[current] === button.dataset.answer);
    for (const [at, button] of [...byId('numbers').children].entries()) {
      button.className = state.ratings[at + 1] ? 'rated' : '';
      if (at + 1 === current) button.setAttribute('aria-current', 'true'); else button.removeAttribute('aria-current');
    }
    const done = rated() === count;
    byId('done').hidden = !done;
    byId('save').classList.toggle('ready', done);
    byId('paper-rater').textContent = state.rater;
    for (const cell of document.querySelectorAll('.sheet td'))
      cell.className = state.ratings[cell.dataset.clip] === cell.dataset.answer ? 'on' : '';
  };

  const go = clip => {
    clearTimeout(advance);
    if (clip < 1 || clip > count) return;
    current = clip;
    load();
    show();
  };

  const answer = word => {
    clearTimeout(advance);
    state.ratings[current] = word;
    byId('how').open = false;
    remember();
    show();
    const open = Array.from({ length: count }, (_, step) => (current + step) % count + 1).find(clip => !state.ratings[clip]);
    if (open) advance = setTimeout(() => go(open), 300); // long enough to see what was pressed
  };

  const pause = () => { if (video.paused) video.play().catch(() => {}); else video.pause(); };
  const setSlow = () => {
    slow = !slow;
    video.defaultPlaybackRate = video.playbackRate = slow ? 0.5 : 1;
    byId('slow').setAttribute('aria-pressed', slow);
  };

  // A name must not become a formula in a spreadsheet, nor break the table.
  const safe = name => name.replace(/[^\p{L}\p{N} ._-]/gu, '').replace(/^[^\p{L}\p{N}]+/u, '').trim().slice(0, 40);
  const save = () => {
    const separator = document.querySelector(`[data-language="${state.language}"]`).dataset.separator, rater = safe(state.rater);
    const rows = Array.from({ length: count }, (_, at) => [set, at + 1, state.ratings[at + 1] || '', rater]);
    const text = '\ufeff' + [['set', 'clip', 'rating', 'rater'], ...rows].map(row => row.join(separator) + '\r\n').join('');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = `ratings-${set}${rater ? '-' + rater.replace(/ /g, '-') : ''}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  recall();
  byId('rater').value = state.rater;
  for (let clip = 1; clip <= count; clip++) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = clip;
    button.addEventListener('click', () => go(clip));
    byId('numbers').append(button);
  }
  for (const button of answers) button.addEventListener('click', () => answer(button.dataset.answer));
  for (const button of document.querySelectorAll('[data-language]'))
    button.addEventListener('click', () => { state.language = button.dataset.language; remember(); show(); });
  byId('rater').addEventListener('input', event => { state.rater = event.target.value; remember(); show(); });
  byId('previous').addEventListener('click', () => go(current - 1));
  byId('next').addEventListener('click', () => go(current + 1));
  byId('slow').addEventListener('click', setSlow);
  byId('pause').addEventListener('click', pause);
  video.addEventListener('click', pause);
  video.addEventListener('error', () => { byId('unplayable').hidden = false; video.hidden = true; });
  byId('save').addEventListener('click', save);
  byId('print').addEventListener('click', () => window.print());
  window.addEventListener('beforeunload', event => { if (!kept && rated()) event.preventDefault(); });
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === byId('rater')) return;
    const digit = '1234'.indexOf(event.key);
    if (digit >= 0 && event.key) { if (!event.repeat) answer(answers[digit].dataset.answer); }
    else if (event.key === 'ArrowLeft') go(current - 1);
    else if (event.key === 'ArrowRight') go(current + 1);
    else if (event.key === ' ' && !event.target.matches('button, summary')) { event.preventDefault(); pause(); }
    else if (event.key === 's' || event.key === 'S') setSlow();
  });
  const unrated = Array.from({ length: count }, (_, at) => at + 1).find(clip => !state.ratings[clip]);
  go(unrated || 1);
})();
