import type { Bundle } from './bundle.ts';
import type { Verdict } from './checkBundle.ts';
import type { Finding } from './findings.ts';

/** One question that an auditor asks of a bundle, and its answer. */
export type Check = {
  readonly title: string;
  /** `absent`: the bundle holds nothing to which the question applies. */
  readonly state: 'passed' | 'failed' | 'absent';
  /** What is proven, or what the question is where it failed. */
  readonly says: string;
  readonly findings: readonly Finding[];
};

type Question = {
  readonly title: string;
  readonly codes: readonly Finding['code'][];
  readonly applies?: (bundle: Bundle) => boolean;
  readonly absent?: string;
  readonly passed: (verdict: Verdict, bundle: Bundle) => string;
  readonly failed: string;
};

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

const hasJournals = ({ journal, journals }: Bundle): boolean => journal !== undefined || (journals ?? []).length > 0;

const questions: readonly Question[] = [
  {
    title: 'Signatures',
    codes: ['CHECKPOINT_INVALID', 'KEY_NOT_TRUSTED'],
    passed: (_, { checkpoint }) =>
      `Key ${checkpoint.keyId} signed the state of the log on ${checkpoint.signedAt}; the signature matches.`,
    failed: 'Is the state of the log signed by a key that counts?',
  },
  {
    title: 'Place in the log',
    codes: ['EVENT_NOT_SEALED', 'MALFORMED'],
    passed: ({ checked }, { checkpoint }) =>
      `${counted(checked.events + checked.policyEvents, 'event')} of this bundle ${checked.events + checked.policyEvents === 1 ? 'is' : 'are'}, byte for byte, among the ${checkpoint.treeSize.toLocaleString('en-US')} that were signed.`,
    failed: 'Is each event, byte for byte, one of those that were signed?',
  },
  {
    title: 'Nothing rewritten since',
    codes: ['HISTORY_REWRITTEN'],
    passed: (_, { consistencyToLatest: { checkpoint } }) =>
      `The log as signed on ${checkpoint.signedAt}, with ${counted(checkpoint.treeSize, 'event')}, begins with exactly the log of this proof.`,
    failed: 'Does the later log begin with exactly the log of this proof?',
  },
  {
    title: 'Rules without gaps',
    codes: ['POLICY_INCOMPLETE'],
    applies: ({ policyEvents }) => policyEvents.length > 0,
    absent: 'No rules are needed for what this bundle is about.',
    passed: ({ checked }) =>
      `${counted(checked.policyEvents, 'posting rule, account map or period', 'posting rules, account maps and periods')}: each of their streams is whole from its beginning, but for accruals and corrections of a period, which are no rules.`,
    failed: 'Is each stream of rules whole from its beginning?',
  },
  {
    title: 'Amounts and accounts',
    codes: ['SOURCE_MISSING', 'JOURNAL_NOT_MADE', 'JOURNAL_DIFFERS'],
    applies: hasJournals,
    absent: 'This bundle claims no journal.',
    passed: ({ checked }) =>
      `The posting rules were run again here: they give exactly ${checked.lines === 1 ? 'this line' : `these ${counted(checked.lines, 'line')}`} of ${counted(checked.journals, 'journal')}.`,
    failed: 'Do the posting rules, run again here, give exactly these lines?',
  },
  {
    title: 'Way back to the documents',
    codes: ['LINEAGE_BROKEN', 'SUBJECT_MISSING'],
    passed: () => 'What the bundle is about is in it, with the documents that it leads to.',
    failed: 'Is what the bundle is about in it, with the documents behind?',
  },
  {
    title: 'Drawn by the seed',
    codes: ['SAMPLE_DIFFERS'],
    applies: ({ manifest }) => manifest?.content.scope.kind === 'audit-sample',
    absent: 'This bundle is of no sample that was drawn before.',
    passed: (_, { population }) =>
      population === undefined
        ? 'Each line of the sample is in the bundle, could be drawn, and is chosen by the seed.'
        : `Drawn again here from ${counted(population.length, 'line')} with the seed, the sample has exactly the lines of the bundle.`,
    failed: 'Does the seed choose exactly the lines of this bundle?',
  },
  {
    title: 'Handed over whole',
    codes: ['MANIFEST_INVALID'],
    applies: ({ manifest }) => manifest !== undefined,
    absent: 'Only exports are signed as a whole; this is a single proof.',
    passed: (_, { manifest }) =>
      `The export of ${manifest?.content.exportedAt} is signed as a whole: nothing was added to it or left out of it.`,
    failed: 'Is this the export as it was signed, with nothing added or left out?',
  },
];

/** The verdict, question by question. */
export const checksOf = (verdict: Verdict, bundle: Bundle): readonly Check[] =>
  questions.map(({ title, codes, applies, absent = '', passed, failed }): Check => {
    const findings = verdict.findings.filter(({ code }) => codes.includes(code));
    if (findings.length > 0) return { title, state: 'failed', says: failed, findings };
    if (applies?.(bundle) === false) return { title, state: 'absent', says: absent, findings };
    return { title, state: 'passed', says: passed(verdict, bundle), findings };
  });
