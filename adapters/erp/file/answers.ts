import type { JournalOutcome } from '../../../commands/partnerPorts.ts';
import { explanationOf, isHostileText } from '../../../domain/outsideText.ts';
import { ourSpelling } from '../../http/answers.ts';
import { journalsIn } from './messages.ts';
import { type Row, rowsIn } from './records.ts';

const nameCharsMax = 100;
const detailCharsMax = 2_000;

const nameIn = (text: string | undefined): string | undefined =>
  text === undefined || text === '' || text.length > nameCharsMax || isHostileText(text) ? undefined : text;

type Refused = { readonly code: string; readonly detail: string };

const refusedIn = (code: string | undefined, message: string | undefined): Refused | undefined => {
  const named = nameIn(code);
  return named === undefined
    ? undefined
    : { code: ourSpelling(named), detail: explanationOf(message ?? '', detailCharsMax) };
};

export type OrderAnswer =
  | { readonly kind: 'accepted'; readonly erpNumber: string }
  | ({ readonly kind: 'refused' } & Refused)
  /** `row` counts from 1. */
  | { readonly kind: 'notUnderstood'; readonly row: number };

/** Undefined: it is not all there yet. */
export const orderAnswerIn = (text: string): OrderAnswer | undefined => {
  const { rows, isComplete } = rowsIn(text);
  if (!isComplete) return undefined;
  const [kind, outcome, name, message] = rows[0]?.fields ?? [];
  if (rows.length !== 1 || (kind !== 'ORDER' && kind !== 'FILE')) return { kind: 'notUnderstood', row: 1 };
  const erpNumber = nameIn(name);
  if (kind === 'ORDER' && outcome === 'ACCEPTED' && erpNumber !== undefined) return { kind: 'accepted', erpNumber };
  const refused = outcome === 'REJECTED' ? refusedIn(name, message) : undefined;
  return refused === undefined ? { kind: 'notUnderstood', row: 1 } : { kind: 'refused', ...refused };
};

const outcomeIn = ({ fields }: Row): JournalOutcome | undefined => {
  const [kind, journal, outcome, name, message] = fields ?? [];
  const journalId = nameIn(journal);
  if (kind !== 'JOURNAL' || journalId === undefined) return undefined;
  const erpDocument = outcome === 'POSTED' ? nameIn(name) : undefined;
  if (erpDocument !== undefined) return { journalId, outcome: 'ACKNOWLEDGED', erpDocument };
  const refused = outcome === 'REJECTED' ? refusedIn(name, message) : undefined;
  return refused && { journalId, outcome: 'REJECTED', ...refused };
};

export type BatchAnswer = {
  readonly journals: readonly JournalOutcome[];
  /** Rows that say nothing that is understood, or something else than an earlier one; they count from 1. */
  readonly badRows: readonly number[];
  readonly isComplete: boolean;
};

/** What is told so far. Each row stands for itself; one about a journal that is not in the file is none of ours. */
export const batchAnswerIn = (text: string, sent: string): BatchAnswer => {
  const { rows, isComplete } = rowsIn(text);
  const ours = journalsIn(sent);
  const [first] = rows;
  if (first?.fields?.[0] === 'FILE') {
    const refused = first.fields[1] === 'REJECTED' ? refusedIn(first.fields[2], first.fields[3]) : undefined;
    if (refused === undefined) return { journals: [], badRows: [first.row], isComplete };
    return {
      journals: ours.map((journalId) => ({ journalId, outcome: 'REJECTED', ...refused })),
      badRows: [],
      isComplete,
    };
  }
  const known = new Set(ours);
  const told = new Map<string, JournalOutcome>();
  const badRows: number[] = [];
  for (const each of rows) {
    const found = outcomeIn(each);
    const before = found && told.get(found.journalId);
    const isSame = before === undefined || JSON.stringify(before) === JSON.stringify(found);
    if (found === undefined || !known.has(found.journalId) || !isSame) badRows.push(each.row);
    else told.set(found.journalId, found);
  }
  return { journals: [...told.values()], badRows, isComplete };
};
