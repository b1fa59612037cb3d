import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mappingVersionOf } from '../../api/wiring/mappingVersion.ts';
import { conversations } from './recorded/conversations.ts';
import { record } from './recorded/record.ts';
import { contractResults, type FixtureFile, type Report } from './results.ts';
import { recordedSuite, type Suite, suites } from './suites.ts';

const root = join(import.meta.dirname, '../..');

const usage = `npm run contracts -- [--release <text>] [--out <file>]
  runs the contract suites of all adapters against their recorded fixtures and writes the result as one document
npm run contracts -- --record <adapter|all> [--from <url> --release <text>]
  holds the conversations anew, with the simulator or with a partner's test system (CONTRACT_AUTHORIZATION is its header)
adapters: ${conversations.map(({ name }) => name).join(', ')}`;

const stop = (message: string): never => {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
};

const options = () => {
  try {
    return parseArgs({
      options: {
        ...{ release: { type: 'string' }, out: { type: 'string' }, record: { type: 'string' } },
        ...{ from: { type: 'string' }, help: { type: 'boolean' } },
      },
    }).values;
  } catch (error) {
    return stop((error as Error).message);
  }
};

const recordAgain = async (wanted: string, from: string | undefined, release: string | undefined): Promise<void> => {
  const chosen = conversations.filter(({ name }) => wanted === 'all' || name === wanted);
  if (chosen.length === 0) stop(`There is no conversation ${wanted}.`);
  const authorization = process.env.CONTRACT_AUTHORIZATION;
  if (from !== undefined && (chosen.length > 1 || release === undefined || authorization === undefined))
    stop('With --from, say one adapter, the release of the partner, and CONTRACT_AUTHORIZATION.');
  const partner =
    from === undefined ? undefined : { url: from, authorization: authorization ?? '', release: release ?? '' };
  for (const conversation of chosen) {
    const { exchanges, recordedFrom } = await record(conversation, partner);
    console.info(`${conversation.name}: ${exchanges.length} exchanges recorded from ${recordedFrom}`);
  }
};

/** Everything that is recorded of an adapter: its conversation, of EDI its documents. */
const fixturesOf = ({ adapter }: Suite): readonly FixtureFile[] => {
  const folder = adapter === 'edi' ? 'tests/golden/edi' : 'tests/golden/partners';
  return readdirSync(join(root, folder))
    .filter((name) => adapter === 'edi' || name === `${adapter}.golden.json`)
    .sort()
    .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') }));
};

/** What Jest says; what it prints goes to the terminal. */
const runSuites = (): Report => {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-contracts-'));
  try {
    const file = join(folder, 'report.json');
    const files = [recordedSuite, ...suites.flatMap((suite) => suite.files)];
    const jest = ['--import', './tests/support/runner/globals.mjs', '--no-warnings', 'node_modules/jest/bin/jest.js'];
    spawnSync(process.execPath, [...jest, '--json', '--outputFile', file, '--runTestsByPath', ...files], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const commit = (): string | null => {
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
};

const check = (release: string | undefined, out: string): void => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const about = {
    release: release ?? version,
    ranAt: new Date().toISOString(),
    service: { version, commit: commit(), node: process.version },
  };
  const named = new Set(conversations.map(({ name }) => name));
  const held = suites.map((suite) => ({
    ...suite,
    mappingVersion: mappingVersionOf(...suite.folders),
    fixtures: fixturesOf(suite),
  }));
  const results = contractResults(about, runSuites(), held, (adapter) => named.has(adapter));
  writeFileSync(out, `${JSON.stringify(results, null, 2)}\n`);
  for (const { adapter, passed, failed, fixtures, tests } of results.adapters) {
    console.info(`${adapter}: ${passed} passed, ${failed} failed, ${fixtures.length} fixtures`);
    for (const { test, status } of tests) if (status === 'FAILED') console.info(`  FAILED ${test}`);
  }
  console.info(`${results.result}: ${out}, sha256 ${results.sha256}`);
  process.exitCode = results.result === 'PASSED' ? 0 : 1;
};

const { release, out = 'contract-results.json', record: wanted, from, help } = options();
if (help === true) console.info(usage);
else if (wanted !== undefined) await recordAgain(wanted, from, release);
else check(release, out);
