import type { Day } from '../calendar.ts';
import type { RecordedDomainEvent } from '../events.ts';
import type { AccountMapPublished, BusinessUnitDefined, PostingRulesPublished } from '../masterData/events.ts';
import { decimal, minorText } from '../money.ts';
import { accountFor, dimensionsOf, sameAccount } from './accounts.ts';
import { checkJournal } from './checkJournal.ts';
import type { CorrectionsOf } from './corrections.ts';
import { functionalAmounts } from './functional.ts';
import type { Fx, JournalDraft, JournalLine, JournalProblem } from './journal.ts';
import { type PeriodBook, type Placement, placeInPeriods } from './periods.ts';
import { ledgerOf, type Resolved, resolvedPostings } from './resolved.ts';
import type { JournalTemplate } from './roles.ts';
import type { Entry, Posting } from './template.ts';

/** Everything a journal depends on besides its event: rules, accounts and periods as they stood at the event's position. */
export type PostingContext = {
  readonly businessUnit: BusinessUnitDefined['data'];
  readonly postingRules: PostingRulesPublished['data'] | undefined;
  readonly accountMap: AccountMapPublished['data'] | undefined;
  /** The map in force at an earlier position, for reversals; absent or undefined: `accountMap`. */
  readonly accountMapAt?: (position: string) => AccountMapPublished['data'] | undefined;
  readonly periods: PeriodBook;
  /** UUIDv5(eventId : template : ledger). `template` is the template's id, followed by `/<part>` where an event has several journals of it. */
  readonly journalIdFor: (
    eventId: string,
    template: JournalTemplate | `${JournalTemplate}/${string}`,
    ledger: string,
  ) => string;
  /** What became of the journals that the event takes back or corrects. Absent: nothing did. */
  readonly corrections?: CorrectionsOf;
  /** From a named rate table; `rate` in units of `to` for one unit of `from`. Absent: no foreign currency can be posted. */
  readonly rateFor?: (from: string, to: string, day: Day) => Fx | undefined;
};

/** A negative amount stands on the other side. */
const lineOf = (entry: Entry, index: number, posting: Posting, date: Day, context: PostingContext) => {
  const debit = (entry.side === 'DEBIT') === entry.amount > 0n;
  const size = minorText(entry.amount < 0n ? -entry.amount : entry.amount);
  const pinned = entry.pinnedAt === undefined ? undefined : context.accountMapAt?.(entry.pinnedAt);
  const map = pinned ?? context.accountMap;
  const found =
    entry.account === undefined
      ? accountFor(map, entry.role, entry.facts, posting.currency, date)
      : sameAccount(map, entry.role, entry.account, date);
  return {
    line: {
      lineNo: index + 1,
      role: entry.role,
      account: found.kind === 'account' ? found.account : null,
      debit: debit ? size : '0',
      credit: debit ? '0' : size,
      dimensions: dimensionsOf(entry.facts),
      lineage: entry.lineage,
    },
    problem: found.kind === 'problem' ? found.problem : undefined,
  };
};

const rateOfPosting = (posting: Posting, { businessUnit, rateFor }: PostingContext): Fx | undefined =>
  posting.currency === businessUnit.currency
    ? { rate: '1', type: 'SAME_CURRENCY', date: posting.day }
    : rateFor?.(posting.currency, businessUnit.currency, posting.day);

const inFunctional = (
  lines: readonly Omit<JournalLine, 'functionalDebit' | 'functionalCredit'>[],
  fx: Fx | undefined,
  from: string,
  to: string,
): readonly JournalLine[] => {
  if (fx === undefined) return lines.map((line) => ({ ...line, functionalDebit: '0', functionalCredit: '0' }));
  const amounts = functionalAmounts(lines, decimal(fx.rate), from, to);
  return lines.map((line, index) => ({
    ...line,
    ...(amounts[index] ?? { functionalDebit: '0', functionalCredit: '0' }),
  }));
};

const holdsOf = (
  posting: Posting,
  placement: Placement,
  fx: Fx | undefined,
  context: PostingContext,
): readonly JournalProblem[] => {
  const holds: JournalProblem[] = [];
  const hold = (code: JournalProblem['code'], detail: string) => holds.push({ code, role: null, detail });
  if (context.postingRules === undefined) hold('POSTING_RULES_MISSING', 'No posting rules were published yet.');
  if (!placement.open) hold('PERIOD_NOT_OPEN', `Period ${placement.period} is not open yet.`);
  if (fx === undefined)
    hold('FX_RATE_MISSING', `There is no rate from ${posting.currency} to ${context.businessUnit.currency}.`);
  return holds;
};

const stateOf = (unmapped: readonly JournalProblem[], holds: readonly JournalProblem[]): JournalDraft['state'] => {
  if (unmapped.length > 0) return 'UNMAPPED';
  return holds.length > 0 ? 'HELD' : 'READY';
};

const oncePerRole = (problems: readonly (JournalProblem | undefined)[]): readonly JournalProblem[] => [
  ...new Map(
    problems.flatMap((each) => (each === undefined ? [] : [[`${each.code} ${each.role}`, each] as const])),
  ).values(),
];

const headOf = (posting: Resolved, placement: Placement, event: RecordedDomainEvent, context: PostingContext) => {
  const { businessUnit, postingRules, accountMap, journalIdFor } = context;
  const ledger = ledgerOf(context);
  const {
    entries: _entries,
    day,
    postedBy: _postedBy,
    reversalOf,
    part,
    books: _books,
    paired: _paired,
    ...rest
  } = posting;
  const template = part === undefined ? posting.templateId : (`${posting.templateId}/${part}` as const);
  return {
    ...rest,
    journalId: journalIdFor(event.eventId, template, ledger),
    bu: businessUnit.bu,
    ledger,
    accountingDate: placement.accountingDate,
    originalDate: day,
    period: placement.period,
    latePosting: placement.late,
    ruleSetVersion: postingRules?.version ?? 0,
    accountMapVersion: accountMap?.version ?? 0,
    sourceEventId: event.eventId,
    sourcePosition: event.position,
    reversalOf: reversalOf?.journalId ?? null,
    functionalCurrency: businessUnit.currency,
  };
};

const assemble = (posting: Resolved, event: RecordedDomainEvent, context: PostingContext): JournalDraft => {
  const { businessUnit, periods } = context;
  const placement = placeInPeriods(periods, businessUnit.bu, ledgerOf(context), posting.day, posting.postedBy);
  const made = posting.entries.map((entry, index) => lineOf(entry, index, posting, placement.accountingDate, context));
  const fx = rateOfPosting(posting, context);
  const lines = inFunctional(
    made.map(({ line }) => line),
    fx,
    posting.currency,
    businessUnit.currency,
  );
  const unmapped = oncePerRole(made.map(({ problem }) => problem));
  const holds = holdsOf(posting, placement, fx, context);
  const head = headOf(posting, placement, event, context);
  const journal = {
    ...head,
    fx: fx ?? null,
    state: stateOf(unmapped, holds),
    problems: [...unmapped, ...holds],
    lines,
  };
  const [breach] = checkJournal(journal, periods);
  if (breach !== undefined) {
    throw new RangeError(`${posting.templateId} of event ${event.eventId} breaks ${breach.rule}: ${breach.detail}`);
  }
  return journal;
};

/**
 * The journals of one event in the books of the context's business unit: a pure function of the event, the pinned rule set, the pinned account map, the period state
 * and, for what takes a journal back or corrects it, of what had become of that journal. Amounts of zero make no line, and
 * a journal without lines is none. While no rule set is published every template applies and its journals are HELD:
 * nothing is lost and nothing can be sealed. Throws `RangeError` when a journal would not balance: the event contradicts
 * itself, and its lane must stop rather than be booked.
 */
export const postingFor = (event: RecordedDomainEvent, context: PostingContext): readonly JournalDraft[] =>
  resolvedPostings(event, context)
    .map((posting) => ({ ...posting, entries: posting.entries.filter((entry) => entry.amount !== 0n) }))
    .filter((posting) => posting.entries.length > 0)
    .map((posting) => assemble(posting, event, context));
