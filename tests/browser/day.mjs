// A working day in the console, in a real browser.
// Usage: node day.mjs DAY_URL RACES_URL RACES CHROMIUM FOLDER; two consoles, one with the samples, one with leads to race for.
// Each check prints a line; the first that fails ends it with what was seen.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [day, racing, races, executablePath, folder] = process.argv.slice(2);
let base = day;
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

const figures = { violations: 0, pages: 0, races: 0, double_holds: 0 };
const ok = (what) => console.log(`ok: ${what}`);

/** The clock of the system under test, in minutes after the samples came in. */
const clock = (minutes) => fetch(`${base}/test/clock?minutes=${minutes}`, { method: 'POST' });
const post = (path) => fetch(`${base}${path}`, { method: 'POST' }).then((answer) => answer.json());

async function person(member, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => { throw error; });
  page.on('console', (message) => {
    // Whatever the policy held back would be told here.
    if (/Content Security Policy|Refused to/.test(message.text())) throw new Error(message.text());
  });
  await page.goto(`${base}/sign-in`);
  await page.click(`form:has(input[value="${member}"]) button`);
  await page.waitForLoadState();
  return page;
}

async function accessible(page, name) {
  // Playwright's own world: the page's policy does not let scripts of others in, and should not have to.
  await page.addScriptTag({ path: axePath }).catch(() => {});
  const has = await page.evaluate(() => typeof globalThis.axe !== 'undefined');
  assert(has, 'axe-core was not loaded');
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  figures.violations += violations.length;
  figures.pages += 1;
  const told = violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target).join(' ')}`);
  assert.deepEqual(told, [], `${name} has accessibility violations`);
  const bar = await page.evaluate(() => {
    const { x, y, width } = document.querySelector('.top').getBoundingClientRect();
    return { x, y: y + scrollY, width: width - document.documentElement.clientWidth };
  });
  assert.deepEqual(bar, { x: 0, y: 0, width: 0 }, `${name}: the bar does not go from edge to edge`);
}

const shot = (page, name) => page.screenshot({ path: `${folder}/${name}.png` });
// Of a page that is taller than the window, down to where what matters ends.
const tall = (page, name, height) =>
  page.screenshot({ path: `${folder}/${name}.png`, fullPage: true, clip: { x: 0, y: 0, width: 1280, height } });
const said = (page) => page.textContent('#said').then((text) => text.trim());
const refusedText = (page) => page.textContent('[role=alert]').then((text) => text.trim());
const revision = (page) => page.getAttribute('input[name=revision]', 'value');

async function sdrsDay() {
  const page = await person('sdr-1', { bypassCSP: true });
  await page.waitForURL('**/queue');
  await accessible(page, 'queue');
  await shot(page, 'queue-light');
  await page.keyboard.press('n');
  await page.waitForURL('**/leads/*');
  await accessible(page, 'lead');
  await shot(page, 'lead-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await accessible(page, 'lead, dark');
  await shot(page, 'lead-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  const body = await page.textContent('main');
  assert.match(body, /could not know/);
  ok('the next lead by one key');

  const confirmed = page.url();
  const [address, fields] = await page.evaluate(() => {
    const form = document.querySelector('#pass');
    return [form.action, new URLSearchParams(new FormData(form)).toString()];
  });
  await page.keyboard.press('c');
  await page.waitForURL('**/queue?did=confirm*');
  assert.match(await said(page), /^Confirmed/);
  ok('confirmed by one key');

  await page.goBack();
  assert.match(await page.textContent('main'), /Waits for an AE/, 'the page is made anew, not kept');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const replayed = await page.evaluate(
    async ([to, body, headers]) => (await fetch(to, { method: 'POST', body, headers })).url,
    [address, fields, headers],
  );
  assert.match(replayed, /did=repeated/, 'the same form once more is known');
  await page.goto(confirmed);
  assert.equal((await page.textContent('main')).match(/Confirmed/g).length, 1);
  ok('the back button and a replayed form do nothing twice');

  await page.goto(`${base}/queue`);
  await page.keyboard.press('n');
  await page.waitForURL('**/leads/*');
  const rejected = page.url();
  await page.keyboard.press('r');
  await page.click('form.reject button');
  assert.equal(page.url(), rejected, 'the browser itself asks for a reason');
  await page.keyboard.press('1');
  assert(await page.isChecked('form.reject input[name=reason] >> nth=0'));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/queue?did=reject*');
  ok('turned down by a key and a digit; not without a reason');

  await page.keyboard.press('n');
  await page.waitForURL('**/leads/*');
  await page.keyboard.press('f');
  await page.keyboard.type('I know them from before');
  await page.click('form[action$="/flag"] button');
  await page.waitForURL('**/queue?did=flag*');
  ok('flagged with a note');
  await page.context().close();
}

async function doubleClick() {
  const page = await person('sdr-2');
  await page.click('form.next button');
  await page.waitForURL('**/leads/*');
  const lead = page.url();
  await page.dblclick('#pass button');
  await page.waitForURL('**/queue*');
  await page.goto(lead);
  const entries = await page.locator('main').textContent();
  assert.equal(entries.match(/Confirmed/g).length, 1, 'one decision in the history');
  ok('a double click decides once');
  await page.context().close();
}

async function aesDay() {
  let attested = 0;
  for (const member of ['ae-1', 'ae-2']) {
    const page = await person(member, { bypassCSP: true });
    await page.waitForURL('**/ae');
    await accessible(page, 'AE queue');
    await page.keyboard.press('n');
    await page.waitForURL((url) => /leads|did=none/.test(url));
    if (/did=none/.test(page.url())) { await page.context().close(); continue; }
    attested += 1;
    await accessible(page, 'lead, AE');
    await tall(page, 'attest-light', 1120);
    const lead = page.url();
    await page.click('form.attest button');
    assert.equal(page.url(), lead, 'nothing is attested by default');
    for (const name of ['buying_signal', 'strategic_fit', 'relationship']) {
      await page.check(`input[name=${name}][value=some]`);
    }
    await page.check('input[name=deal_size] >> nth=1');
    await page.keyboard.press('a');
    await page.waitForURL('**/ae?did=accept*');
    assert.match(await said(page), /^Accepted/);
    ok(`${member} attested all four and accepted`);
    await page.context().close();
  }
  assert(attested > 0, 'no confirmed lead reached an AE');
}

async function raceForOneLead(rounds) {
  const [a, b] = await Promise.all([person('sdr-1'), person('manager-1')]);
  for (let round = 0; round < rounds; round += 1) {
    const { id } = await post('/test/lead');
    await Promise.all([a, b].map((page) => page.goto(`${base}/leads/${id}`)));
    await Promise.all([a, b].map(async (page) => {
      const take = page.locator('form[action$="/claim"] button');
      if (await take.count()) await take.click();
      await page.waitForLoadState();
    }));
    await Promise.all([a, b].map((page) => page.goto(`${base}/leads/${id}`)));
    const holds = await Promise.all([a, b].map((page) => page.locator('#held-until').count()));
    figures.races += 1;
    if (holds[0] + holds[1] > 1) figures.double_holds += 1;
    assert.equal(holds[0] + holds[1], 1, `round ${round}: one of them holds it`);
    // One person holds three at most.
    const holder = holds[0] ? a : b;
    await holder.click('form[action$="/release"] button');
    await holder.waitForURL(/did=release/);
  }
  ok(`${rounds} races for one lead: one holder each`);
  await Promise.all([a, b].map((page) => page.context().close()));
}

async function leaseExpires() {
  const { id } = await post('/test/lead');
  const sdr = await person('sdr-1');
  await sdr.goto(`${base}/leads/${id}`);
  await sdr.click('form[action$="/claim"] button');
  await sdr.waitForLoadState();
  await clock(45);
  await sdr.click('#pass button');
  await sdr.waitForLoadState();
  assert.match(await refusedText(sdr), /hold on this lead ended/);
  const manager = await person('manager-1');
  await manager.goto(`${base}/leads/${id}`);
  await manager.click('form[action$="/claim"] button');
  await manager.waitForLoadState();
  assert.equal(await manager.locator('#held-until').count(), 1);
  ok('a hold ends by itself, and the lead comes back');
  await Promise.all([sdr, manager].map((page) => page.context().close()));
}

/** The page renews its hold by itself; what someone else did meanwhile is told, and an old form is still refused. */
async function renewalTells() {
  const { id } = await post('/test/lead');
  const sdr = await person('sdr-1');
  await sdr.clock.install();
  await sdr.goto(`${base}/leads/${id}`);
  await sdr.click('form[action$="/claim"] button');
  await sdr.waitForLoadState();
  const before = await revision(sdr);
  const manager = await person('manager-1');
  await manager.goto(`${base}/leads/${id}`);
  await manager.evaluate(() => { for (const details of document.querySelectorAll('details')) details.open = true; });
  await manager.fill('form[action$="/note"] textarea', 'they signed with a competitor');
  await manager.click('form[action$="/note"] button');
  await manager.waitForURL(/did=note/);
  await sdr.clock.fastForward('06:00');
  await sdr.waitForSelector('#said .refused');
  assert.match(await sdr.textContent('#said'), /changed since the page was loaded/);
  assert.equal(await revision(sdr), before, 'a form says what its page showed');
  await sdr.click('#pass button');
  await sdr.waitForLoadState();
  assert.match(await refusedText(sdr), /has changed since/);
  ok('a renewal tells of a change, and does not wave it through');
  await Promise.all([sdr, manager].map((page) => page.context().close()));
}

async function withoutScript() {
  const { id } = await post('/test/lead');
  const page = await person('sdr-1', { javaScriptEnabled: false });
  await page.goto(`${base}/leads/${id}`);
  await page.click('form[action$="/claim"] button');
  await page.click('details.answer:has(form.reject) summary');
  await page.check('form.reject input[name=reason] >> nth=-1');
  await page.click('form.reject button');
  assert.match(await refusedText(page), /needs a note/, '“other” needs words, asked for by the server');
  await page.click('details.answer:has(form.reject) summary');
  await page.check('form.reject input[name=reason] >> nth=0');
  await page.click('form.reject button');
  await page.waitForURL('**/queue?did=reject*');
  ok('all of it works without JavaScript');
  await page.context().close();
}

async function overseersPages() {
  const page = await person('manager-1', { bypassCSP: true });
  for (const path of ['flagged', 'manager', 'model', 'model/check', 'model/reports', 'data', 'policy', 'ae', 'queue', 'mine', 'learnt', 'manager/leads/sdr-1', 'find', 'leads', 'accounts/brightforge.example', 'nowhere']) {
    await page.goto(`${base}/${path}`);
    await accessible(page, path);
    if (['manager', 'model', 'data', 'policy'].includes(path)) await shot(page, `${path}-light`);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  for (const path of ['manager', 'model', 'model/reports', 'data', 'policy', 'mine', 'learnt', 'manager/leads/sdr-1', 'leads', 'accounts/brightforge.example']) {
    await page.goto(`${base}/${path}`);
    await accessible(page, `${path}, dark`);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ['queue', 'manager', 'model', 'model/reports', 'data', 'policy', 'mine', 'learnt', 'manager/leads/sdr-1', 'leads', 'accounts/brightforge.example']) {
    await page.goto(`${base}/${path}`);
    await accessible(page, `${path} on a phone`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert(wide <= 0, `${path} scrolls sideways on a phone by ${wide}`);
  }
  await shot(page, 'policy-phone');
  const signedOut = await browser.newContext({ bypassCSP: true });
  const door = await signedOut.newPage();
  await door.goto(`${base}/sign-in`);
  await accessible(door, 'sign-in');
  await shot(door, 'sign-in');
  ok('managers’ pages, light, dark and on a phone');
  await signedOut.close();
  await page.context().close();
}

/** That axe is awake: a page with a fault must be told. */
async function axeIsAwake() {
  const page = await browser.newPage();
  await page.setContent('<html lang="en"><title>x</title><main><h1>x</h1><img src="data:,"></main></html>');
  await page.addScriptTag({ path: axePath });
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  assert(violations.some((v) => v.id === 'image-alt'), 'axe-core finds nothing');
  await page.close();
}

try {
  await axeIsAwake();
  await sdrsDay();
  await doubleClick();
  await aesDay();
  await overseersPages();
  base = racing;
  await raceForOneLead(Number(races));
  await withoutScript();
  await renewalTells();
  await leaseExpires();
  console.log(`figures: ${JSON.stringify(figures)}`);
} finally {
  await browser.close();
}
