import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { type CaseClass, type CaseTeam, caseRules } from '../../domain/exceptionCase/classes.ts';
import type { CaseEvent, CaseOutcome } from '../../domain/exceptionCase/events.ts';
import { buOf, defineProjection, type Reflects, reflecting, reflects, required, type Sets } from '../projection.ts';

/** OPEN: somebody has to act. RESOLVED: somebody has, and what it is about is still there. CLOSED: it is over. */
export type CaseStanding = 'OPEN' | 'RESOLVED' | 'CLOSED';

export type CaseRow = Reflects & {
  readonly case_id: string;
  readonly class: CaseClass;
  readonly state: CaseStanding;
  readonly object_kind: string;
  readonly object_id: string;
  readonly order_id: string | null;
  readonly sold_to: string | null;
  readonly node: string | null;
  readonly since: string;
  readonly opened_at: string;
  readonly due_at: string;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly team: CaseTeam;
  readonly owner: string | null;
  /** The latest one. */
  readonly note: string | null;
  readonly outcome: CaseOutcome | null;
  readonly resolved_by: string | null;
  readonly resolved_at: string | null;
  readonly closed_at: string | null;
  readonly times_opened: number;
  readonly revision: number;
};

type CaseRows = { readonly cases: CaseRow };
type CaseSets = Sets<CaseRows>;
type OfCase = Extract<RecordedDomainEvent, { type: CaseEvent['type'] }>;

const idOf = (event: RecordedDomainEvent): string => (event as OfCase).data.caseId;

/** What was told of it the time before is over. */
const opened = (event: RecordedOf<'CaseOpened'>, { cases }: CaseSets): void => {
  const { caseId, object, orderId, soldTo, node, since, dueAt, moneyAtRisk } = event.data;
  cases.put({
    ...{ case_id: caseId, class: event.data.class, state: 'OPEN', object_kind: object.kind, object_id: object.id },
    ...{ order_id: orderId, sold_to: soldTo, node, since, opened_at: event.recordedAt, due_at: dueAt },
    ...{ amount: moneyAtRisk?.amount ?? null, currency: moneyAtRisk?.currency ?? null },
    ...{ team: caseRules[event.data.class].team, owner: null, note: null, outcome: null },
    ...{ resolved_by: null, resolved_at: null, closed_at: null },
    times_opened: (cases.get(caseId)?.times_opened ?? 0) + 1,
    ...{ revision: event.revision, bu: buOf(event) },
    ...reflecting(event),
  });
};

const change = (event: OfCase, { cases }: CaseSets, changed: (row: CaseRow) => Partial<CaseRow>): void => {
  const row = required(cases.get(event.data.caseId), `exception ${event.data.caseId}`);
  cases.put({ ...row, ...changed(row), revision: event.revision, ...reflecting(event) });
};

const resolved = ({ data, recordedAt }: RecordedOf<'CaseResolved'>): Partial<CaseRow> => {
  const { outcome, note, resolvedBy } = data;
  return { state: 'RESOLVED', outcome, note, resolved_by: resolvedBy, resolved_at: recordedAt };
};

/** What runs over its limit, whose it is and what became of it. */
export const exceptions = defineProjection<CaseRows>({
  name: 'exceptions',
  version: 1,
  tables: {
    cases: {
      name: 'exception_case',
      columns: [
        ...(['case_id', 'class', 'state', 'object_kind', 'object_id', 'order_id', 'sold_to', 'node'] as const),
        ...(['since', 'opened_at', 'due_at', 'amount', 'currency', 'team', 'owner', 'note', 'outcome'] as const),
        ...(['resolved_by', 'resolved_at', 'closed_at', 'times_opened', 'revision'] as const),
        ...reflects,
      ],
      key: ['case_id'],
      group: 'case_id',
    },
  },
  needs: { cases: (event) => [idOf(event)] },
  laneOf: (event) => `case:${idOf(event)}`,
  on: {
    CaseOpened: opened,
    CaseAssigned: (event, rows) =>
      change(event, rows, ({ note }) => ({ owner: event.data.owner, note: event.data.note ?? note })),
    CaseResolved: (event, rows) => change(event, rows, () => resolved(event)),
    CaseClosed: (event, rows) => change(event, rows, () => ({ state: 'CLOSED', closed_at: event.recordedAt })),
  },
});
