import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { contentSha256 } from '../../commands/canonicalJson.ts';
import { conversations } from './recorded/conversations.ts';
import { contractResults, type Report } from './results.ts';
import { recordedSuite, suites } from './suites.ts';

const about = {
  ...{ release: 'tax engine 26.1', ranAt: '2026-11-30T10:00:00.000Z' },
  service: { version: '0.1.0', commit: null, node: 'v24.21.0' },
};
const suite = { adapter: 'tax', folders: [], files: ['tests/a.test.ts'], mappingVersion: 'abc' };
const fixture = { file: 'tests/golden/partners/tax.golden.json', text: '{"recordedFrom":"simulator"}' };

const file = (name: string, ...tests: readonly (readonly [title: string, status: string])[]) => ({
  ...{ name: `/somewhere/${name}`, message: '' },
  assertionResults: tests.map(([title, status]) => ({
    ...{ title, fullName: `all ${title}`, status, failureMessages: status === 'failed' ? ['it broke'] : [] },
  })),
});

const resultsOf = (...testResults: Report['testResults']) =>
  contractResults(about, { testResults }, [{ ...suite, fixtures: [fixture] }], () => true);

const recorded = file(recordedSuite, ['tax says what it said', 'passed'], ['taxi says nothing', 'failed']);

test('O-35 the result names the code, the fixtures and each test, and vouches for itself by its hash', () => {
  const results = resultsOf(file('tests/a.test.ts', ['is calm', 'passed'], ['is quick', 'skipped']), recorded);
  expect(results).toMatchObject({
    ...{ format: 'throughline-contracts/1', release: 'tax engine 26.1', result: 'PASSED' },
    adapters: [
      {
        ...{ adapter: 'tax', mappingVersion: 'abc', passed: 2, failed: 0, notRun: 1 },
        fixtures: [{ recordedFrom: 'simulator', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      },
    ],
  });
  const { sha256, ...content } = results;
  expect(sha256).toBe(contentSha256(content));
});

test('one test that fails, or a file that ran none, is no pass', () => {
  const failed = resultsOf(file('tests/a.test.ts', ['is calm', 'failed']), recorded);
  expect(failed).toMatchObject({
    result: 'FAILED',
    adapters: [{ tests: [{ status: 'FAILED', failure: 'it broke' }, {}] }],
  });
  expect(resultsOf(recorded)).toMatchObject({
    result: 'FAILED',
    adapters: [{ tests: [{ test: 'tests/a.test.ts' }, {}] }],
  });
  expect(resultsOf(file('tests/a.test.ts', ['is calm', 'passed'])).result).toBe('FAILED');
  expect(resultsOf(file('tests/a.test.ts', ['is calm', 'skipped']), recorded)).toMatchObject({
    ...{ result: 'FAILED', adapters: [{ passed: 1, failed: 1, notRun: 1 }] },
  });
});

test('every suite names files that are there, and every conversation has its suite', () => {
  const files = suites.flatMap((one) => one.files);
  expect(files.filter((name) => !existsSync(join(import.meta.dirname, '../..', name)))).toEqual([]);
  const adapters = suites.map(({ adapter }) => adapter);
  expect(conversations.filter(({ name }) => !adapters.includes(name))).toEqual([]);
  for (const { name, folders } of conversations)
    expect([name, suites.find(({ adapter }) => adapter === name)?.folders]).toEqual([name, folders]);
});
