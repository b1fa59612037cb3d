import { contentSha256, sha256Hex } from '../../commands/canonicalJson.ts';
import { recordedSuite, type Suite } from './suites.ts';

/** What Jest says of a run, as far as it is read here. */
export type Report = {
  readonly testResults: readonly {
    /** Of the file, from the root of the machine. */
    readonly name: string;
    /** Of a file that could not even be loaded. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
};

type Test = {
  readonly test: string;
  readonly status: 'PASSED' | 'FAILED' | 'NOT_RUN';
  readonly failure: string | null;
};

export type FixtureFile = { readonly file: string; readonly text: string };

export type About = {
  /** Whose release, of which partner, it was run for. */
  readonly release: string;
  readonly ranAt: string;
  readonly service: { readonly version: string; readonly commit: string | null; readonly node: string };
};

type Assertion = Report['testResults'][number]['assertionResults'][number];

const failureCharsMax = 2_000;

const testOf = ({ fullName, status, failureMessages }: Assertion): Test => {
  const failed = status === 'failed';
  return {
    test: fullName,
    status: status === 'passed' ? 'PASSED' : failed ? 'FAILED' : 'NOT_RUN',
    failure: failed ? (failureMessages ?? []).join('\n').slice(0, failureCharsMax) : null,
  };
};

/** A file that ran nothing, be it that all of it was skipped, has not passed. */
const testsIn = (report: Report, file: string, isOwn: (assertion: Assertion) => boolean): readonly Test[] => {
  const ran = report.testResults.filter(({ name }) => name.endsWith(`/${file}`));
  const tests = ran.flatMap(({ assertionResults }) => assertionResults.filter(isOwn).map(testOf));
  if (tests.some(({ status }) => status !== 'NOT_RUN')) return tests;
  const message = ran.map((each) => each.message).join('\n');
  return [
    ...tests,
    { test: file, status: 'FAILED', failure: (message || 'It ran no test.').slice(0, failureCharsMax) },
  ];
};

const fixtureOf = ({ file, text }: FixtureFile) => {
  const recorded = file.endsWith('.json')
    ? (JSON.parse(text) as { readonly recordedFrom?: string }).recordedFrom
    : null;
  return { file, sha256: sha256Hex(text), recordedFrom: recorded ?? null };
};

/**
 * The result of a run of every contract suite as one document that can be kept with a release: which code translates, which
 * fixtures it was held against, and each test by its name. `sha256` is over the canonical JSON of the rest.
 */
export const contractResults = (
  about: About,
  report: Report,
  suites: readonly (Suite & { readonly mappingVersion: string; readonly fixtures: readonly FixtureFile[] })[],
  hasConversation: (adapter: string) => boolean,
) => {
  const adapters = suites.map(({ adapter, mappingVersion, files, fixtures }) => {
    const recorded = hasConversation(adapter)
      ? testsIn(report, recordedSuite, ({ title }) => title.startsWith(`${adapter} `))
      : [];
    const tests = [...files.flatMap((file) => testsIn(report, file, () => true)), ...recorded];
    const count = (status: Test['status']): number => tests.filter((test) => test.status === status).length;
    return {
      ...{ adapter, mappingVersion, fixtures: fixtures.map(fixtureOf) },
      ...{ passed: count('PASSED'), failed: count('FAILED'), notRun: count('NOT_RUN'), tests },
    };
  });
  const result = adapters.every(({ failed }) => failed === 0) ? ('PASSED' as const) : ('FAILED' as const);
  const content = { format: 'throughline-contracts/1', ...about, result, adapters } as const;
  return { ...content, sha256: contentSha256(content) };
};
