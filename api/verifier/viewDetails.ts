import type { Bundle, JournalClaim, LineClaim, ProvenEvent } from '../../domain/evidence/bundle.ts';
import type { Verdict } from '../../domain/evidence/checkBundle.ts';
import { counted } from '../../domain/evidence/checks.ts';
import { majorText, minor } from '../../domain/money.ts';
import { element, type PageNode } from './dom.ts';

// What a bundle holds, for people: journals as a ledger shows them, events, who signed.

const journalsShown = 25;
const eventsShown = 200;

const amount = (text: string, currency: string): string => {
  try {
    return majorText(minor(text), currency);
  } catch {
    return text;
  }
};

const sumOf = (lines: readonly LineClaim[], side: 'debit' | 'credit', currency: string): string => {
  try {
    return majorText(
      lines.reduce((sum, line) => sum + minor(line[side]), 0n),
      currency,
    );
  } catch {
    return 'no sum';
  }
};

const cells = (tag: 'td' | 'th', values: readonly string[]): readonly PageNode[] =>
  values.map((value) => element(tag, tag === 'th' ? { scope: 'col' } : {}, value));

const lineRow = (line: LineClaim, isWrong: boolean, isMeant: boolean): PageNode =>
  element(
    'tr',
    { class: `${isWrong ? 'wrong' : ''}${isMeant ? ' meant' : ''}` },
    ...cells('td', [String(line.lineNo), line.account ?? 'no account', line.role]),
    element('td', { class: 'amount' }, line.debit === '0' ? '' : amount(line.debit, line.currency)),
    element('td', { class: 'amount' }, line.credit === '0' ? '' : amount(line.credit, line.currency)),
    element('td', {}, isWrong ? 'Differs' : 'As the rule gives it'),
  );

const journalTable = (journal: JournalClaim, bundle: Bundle, { findings }: Verdict): PageNode => {
  const { subject } = bundle;
  const about = findings.flatMap(({ line }) => (line?.journalId === journal.journalId ? [line.lineNo] : []));
  const isMeant = (lineNo: number): boolean =>
    subject.kind === 'gl-line' && subject.journalId === journal.journalId && subject.lineNo === lineNo;
  const { documentRef, templateId, period, accountingDate, currency, journalId } = journal;
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Journal ${journalId}` },
    element(
      'table',
      {},
      element(
        'caption',
        {},
        `Journal of ${accountingDate}, period ${period}, ${documentRef}, rule ${templateId}, amounts in ${currency}`,
        element('span', { class: 'id' }, journalId),
      ),
      element('thead', {}, element('tr', {}, ...cells('th', ['Line', 'Account', 'Role', 'Debit', 'Credit', 'Check']))),
      element(
        'tbody',
        {},
        ...journal.lines.map((line) => lineRow(line, about.includes(line.lineNo), isMeant(line.lineNo))),
      ),
      element(
        'tfoot',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'row', colspan: '3' }, 'Sum'),
          element('td', { class: 'amount' }, sumOf(journal.lines, 'debit', currency)),
          element('td', { class: 'amount' }, sumOf(journal.lines, 'credit', currency)),
          element('td', {}),
        ),
      ),
    ),
  );
};

const journalsOf = (bundle: Bundle, verdict: Verdict): readonly PageNode[] => {
  const all = [...(bundle.journal === undefined ? [] : [bundle.journal]), ...(bundle.journals ?? [])];
  const wrong = new Set(verdict.findings.flatMap(({ line }) => (line === undefined ? [] : [line.journalId])));
  // What differs is always shown; of many that agree, the first ones.
  const shown = [
    ...all.filter((each) => wrong.has(each.journalId)),
    ...all.filter((each) => !wrong.has(each.journalId)),
  ];
  if (all.length === 0) return [];
  return [
    element('h4', {}, counted(all.length, 'journal')),
    ...shown.slice(0, journalsShown).map((journal) => journalTable(journal, bundle, verdict)),
    ...(shown.length > journalsShown
      ? [element('p', { class: 'more' }, `${shown.length - journalsShown} more were checked and are not shown.`)]
      : []),
  ];
};

type Shown = { readonly type: string; readonly stream: string; readonly revision: number; readonly recordedAt: string };

const parsed = (leaf: string): Partial<Shown> => {
  try {
    const value: unknown = JSON.parse(leaf);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
};

const eventItem = ({ leaf, leafIndex }: ProvenEvent, isWrong: boolean): PageNode => {
  const content = parsed(leaf);
  const { type = 'not readable', stream = '', revision = '', recordedAt = '' } = content;
  const text = Object.keys(content).length === 0 ? leaf : JSON.stringify(content, null, 2);
  return element(
    'details',
    { class: isWrong ? 'wrong' : '' },
    element(
      'summary',
      {},
      element('strong', {}, String(type)),
      element('span', { class: 'id' }, ` ${stream}@${revision}`),
      element('span', { class: 'when' }, `leaf ${leafIndex}${isWrong ? ', not as sealed' : ''}, ${recordedAt}`),
    ),
    element('pre', { tabindex: '0' }, text),
  );
};

const eventsOf = (title: string, events: readonly ProvenEvent[], verdict: Verdict): readonly PageNode[] => {
  if (events.length === 0) return [];
  const wrong = new Set(verdict.findings.flatMap(({ leafIndex }) => leafIndex ?? []));
  const isWrong = ({ leafIndex }: ProvenEvent): boolean => wrong.has(leafIndex);
  const shown = [...events.filter(isWrong), ...events.filter((event) => !isWrong(event))].slice(0, eventsShown);
  return [
    element('h4', {}, title),
    element('div', { class: 'events' }, ...shown.map((event) => eventItem(event, isWrong(event)))),
    ...(events.length > shown.length
      ? [element('p', { class: 'more' }, `${events.length - shown.length} more were checked and are not shown.`)]
      : []),
  ];
};

const facts = (pairs: readonly (readonly [string, string])[]): PageNode =>
  element('dl', {}, ...pairs.flatMap(([term, value]) => [element('dt', {}, term), element('dd', {}, value)]));

const signedBy = ({ checkpoint, consistencyToLatest, evaluatorVersion, evaluatorSha256 }: Bundle): PageNode =>
  element(
    'details',
    { class: 'signed' },
    element('summary', {}, element('strong', {}, 'Who signed what')),
    facts([
      ['Log', checkpoint.origin],
      ['Signed on', checkpoint.signedAt],
      ['Events then', checkpoint.treeSize.toLocaleString('en-US')],
      ['Root', checkpoint.root],
      ['Key id', checkpoint.keyId],
      ['Public key', checkpoint.publicKey],
      ['Latest signature', consistencyToLatest.checkpoint.signedAt],
      ['Events there', consistencyToLatest.checkpoint.treeSize.toLocaleString('en-US')],
      ['Made by version', evaluatorVersion],
      ['SHA-256 of its verifier', evaluatorSha256],
    ]),
  );

export const detailsOf = (bundle: Bundle, verdict: Verdict): readonly PageNode[] => [
  ...journalsOf(bundle, verdict),
  ...eventsOf(counted(bundle.events.length, 'event'), bundle.events, verdict),
  ...eventsOf(
    counted(bundle.policyEvents.length, 'rule, account map or period', 'rules, account maps and periods'),
    bundle.policyEvents,
    verdict,
  ),
  signedBy(bundle),
];
