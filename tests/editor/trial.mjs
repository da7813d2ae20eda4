// Asks a real yaml-language-server what an editor would show of our policy files: diagnostics, completions, help.
// node tests/editor/trial.mjs FOLDER, where FOLDER holds node_modules/yaml-language-server. Exit 1 if it disappoints.

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const folder = process.argv[2]
if (!folder) {
  console.error('say where yaml-language-server is installed: node tests/editor/trial.mjs FOLDER')
  process.exit(2)
}
const program = join(resolve(folder), 'node_modules/yaml-language-server/bin/yaml-language-server')
const server = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })

const answers = new Map()
const published = new Map()
let received = Buffer.alloc(0)
let last = 0

server.stdout.on('data', (chunk) => {
  received = Buffer.concat([received, chunk])
  for (;;) {
    const end = received.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = Number(/Content-Length: (\d+)/i.exec(received.subarray(0, end).toString())[1])
    if (received.length < end + 4 + length) return
    take(JSON.parse(received.subarray(end + 4, end + 4 + length).toString()))
    received = received.subarray(end + 4 + length)
  }
})

function take(message) {
  if (message.method === 'workspace/configuration') {
    const settings = { validate: true, completion: true, hover: true, schemaStore: { enable: false } }
    const asked = message.params.items.map((item) => (item.section === 'yaml' ? settings : null))
    send({ id: message.id, result: asked })
  } else if (message.method === 'textDocument/publishDiagnostics') {
    published.get(message.params.uri)?.(message.params.diagnostics)
  } else if (message.method && message.id !== undefined) {
    send({ id: message.id, result: null })
  } else if (message.id !== undefined) {
    answers.get(message.id)?.(message.error ?? message.result)
  }
}

function send(message) {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message })
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

const within = (promise, what) =>
  Promise.race([
    promise,
    new Promise((_, fail) => setTimeout(() => fail(new Error(`no ${what} in 20 s`)), 20000).unref()),
  ])

function ask(method, params) {
  const id = ++last
  const answer = new Promise((done) => answers.set(id, done))
  send({ id, method, params })
  return within(answer, method)
}

let opened = 0
// A text stands where a policy would, so that the modeline's relative path is followed.
async function open(text, where = 'bandung') {
  const uri = pathToFileURL(join(root, 'policies', where, `trial-${++opened}.yaml`)).href
  const diagnostics = new Promise((done) => published.set(uri, done))
  send({
    method: 'textDocument/didOpen',
    params: { textDocument: { uri, languageId: 'yaml', version: 1, text } },
  })
  return { uri, diagnostics: await within(diagnostics, 'diagnostics') }
}

// The marks | in a text is where the cursor is.
async function at(text, method) {
  const before = text.slice(0, text.indexOf('|')).split('\n')
  const { uri } = await open(text.replace('|', ''))
  const position = { line: before.length - 1, character: before.at(-1).length }
  return ask(method, { textDocument: { uri }, position })
}

const completions = async (text) => {
  const found = await at(text, 'textDocument/completion')
  return found.items.map((item) => item.label).sort()
}

const help = async (text) => {
  const found = await at(text, 'textDocument/hover')
  return found?.contents?.value ?? ''
}

const told = (diagnostics) =>
  diagnostics.map((one) => `${one.range.start.line + 1}:${one.range.start.character + 1} ${one.message}`)

let disappointments = 0
function expect(title, wanted, seen) {
  if (!wanted) disappointments++
  console.log(`${wanted ? 'ok  ' : 'FAIL'} ${title}`)
  for (const line of [seen].flat()) console.log(`       ${line}`)
}

const policy = (name) => readFileSync(join(root, 'policies', name), 'utf8')

async function trial() {
  const { serverInfo } = await ask('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    capabilities: { workspace: { configuration: true }, textDocument: { hover: { contentFormat: ['markdown'] } } },
  })
  send({ method: 'initialized', params: {} })
  console.log(`yaml-language-server ${JSON.stringify(serverInfo ?? 'of unknown version')}, node ${process.version}`)

  for (const name of ['nasional/permenpanrb-6-2022', 'nasional/pp-30-2019', 'bandung/kota-bandung', 'semarang/kota-semarang']) {
    const { diagnostics } = await open(policy(`${name}.yaml`), name.split('/')[0])
    expect(`${name} has nothing to underline`, diagnostics.length === 0, told(diagnostics))
  }

  const bandung = policy('bandung/kota-bandung.yaml')
  const national = policy('nasional/permenpanrb-6-2022.yaml')
  const slips = [
    [bandung, 'min_items: 3', 'min_itmes: 3', /min_itmes/],
    [bandung, 'method: banded', 'method: band', /rated|ratio/],
    [bandung, 'missing: zero ', 'missing: nol ', /renormalise/],
    [bandung, 'combine: weighted_mean\n', 'combine: weighted_mean\n    min_weight_present: 175\n', /100/],
    [bandung, 'kind: bands', 'kind: band', /bands|matrix/],
    [bandung, 'bands: {di_atas: {from: 105}', 'bands: {di_atas: {form: 105}', /form/],
    [bandung, 'version: 1\nextends', 'extends', /version/],
    [national, 'outcome: predikat\n', '', /outcome/],
    [national, 'within: 7 working_days, distinct', 'within: 7 hari_kerja, distinct', /working_days/],
    [national, 'rows: hasil_kerja\n', 'row: hasil_kerja\n', /row/],
  ]
  for (const [text, old, planted, wanted] of slips) {
    if (!text.includes(old)) throw new Error(`the policy no longer says ${old}`)
    const { diagnostics } = await open(text.replace(old, planted))
    const seen = told(diagnostics)
    expect(`«${planted.trim() || `without ${old.trim()}`}» is underlined`, seen.length > 0 && seen.some((line) => wanted.test(line)), seen)
  }

  const overlay = bandung.slice(0, bandung.indexOf('\nindicators:'))
  const places = [
    ['keys of an indicator', `${overlay}\nindicators:\n  baru:\n    |\n`, ['cap', 'label', 'measure', 'missing', 'unit']],
    ['methods', `${overlay}\nindicators:\n  baru:\n    measure:\n      method: |\n`, ['banded', 'inverse', 'items', 'rated', 'table']],
    ['keys of a ratio', `${overlay}\nindicators:\n  baru:\n    measure:\n      method: ratio\n      |\n`, ['actual', 'target']],
    ['rules for what is missing', `${overlay}\nindicators:\n  baru:\n    missing: |\n`, ['block', 'renormalise', 'zero']],
    ['sections of a policy', `${overlay}\n|\n`, ['classify', 'distribution', 'nodes', 'tests']],
    ['keys of bands without their kind', `${overlay}\nclassify:\n  hasil_kerja:\n    |\n`, ['bands', 'kind', 'node', 'table']],
  ]
  for (const [title, text, wanted] of places) {
    const seen = await completions(text)
    expect(`${title} are offered`, wanted.every((word) => seen.includes(word)), seen.join(', '))
  }
  const ratio = await completions(places[2][1])
  expect('a ratio is not offered the keys of other methods', !ratio.includes('elements'), ratio.join(', '))

  const hovers = [
    ['trim_each_end', `${overlay}\npanels:\n  perilaku:\n    tri|m_each_end: 1\n`, /lowest/],
    ['item_cap', bandung.replace('item_cap', 'item|_cap'), /bounds of each item/],
    ['method', bandung.replace('method: banded', 'met|hod: banded'), /first band/],
  ]
  for (const [title, text, wanted] of hovers) {
    const seen = await help(text)
    expect(`${title} is explained`, wanted.test(seen), seen.split('\n').filter(Boolean).slice(0, 3))
  }
}

try {
  await trial()
} catch (error) {
  console.error(error.message)
  disappointments++
} finally {
  send({ method: 'exit' })
  server.stdin.end()
  setTimeout(() => server.kill(), 500).unref()
}
console.log(disappointments ? `${disappointments} disappointments` : 'as expected')
process.exitCode = disappointments ? 1 : 0
