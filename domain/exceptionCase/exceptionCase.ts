import { type Decider, type Refusal, refuse } from '../decider.ts';
import type { CaseEvent, CaseOpened, CaseOutcome } from './events.ts';

type Id = { readonly caseId: string; readonly bu: string };

export type CaseCommand =
  /** `again`: also when it was resolved as fixed, because it has lasted since. */
  | ({ readonly type: 'OpenCase'; readonly again: boolean } & CaseOpened['data'])
  | ({ readonly type: 'CloseCase' } & Id)
  | ({ readonly type: 'AssignCase'; readonly owner: string; readonly note: string | null; readonly by: string } & Id)
  | ({
      readonly type: 'ResolveCase';
      readonly outcome: CaseOutcome;
      readonly note: string;
      readonly by: string;
    } & Id);

export type CaseState = {
  readonly opened: CaseOpened['data'] | null;
  readonly standing: 'OPEN' | 'RESOLVED' | 'CLOSED' | null;
  readonly outcome: CaseOutcome | null;
  readonly owner: string | null;
};

const initial: CaseState = { opened: null, standing: null, outcome: null, owner: null };

/** Whoever looks may be late, or the second of two, so opening and closing what is so already says nothing. */
const watched = (
  command: Extract<CaseCommand, { type: 'OpenCase' | 'CloseCase' }>,
  { standing, outcome }: CaseState,
): readonly CaseEvent[] => {
  if (command.type === 'CloseCase') {
    const { caseId, bu } = command;
    return standing === null || standing === 'CLOSED' ? [] : [{ type: 'CaseClosed', data: { caseId, bu } }];
  }
  const { type: _, again, ...data } = command;
  const isOver = standing === null || standing === 'CLOSED';
  return isOver || (again && standing === 'RESOLVED' && outcome === 'FIXED') ? [{ type: 'CaseOpened', data }] : [];
};

const decide = (command: CaseCommand, state: CaseState): readonly CaseEvent[] | Refusal => {
  if (command.type === 'OpenCase' || command.type === 'CloseCase') return watched(command, state);
  const { caseId, bu, note, by } = command;
  if (state.opened === null) return refuse('NOT_FOUND', `There is no exception ${caseId}.`);
  if (state.standing !== 'OPEN')
    return refuse('CASE_NOT_OPEN', `Exception ${caseId} is ${state.standing?.toLowerCase()}.`);
  if (command.type === 'ResolveCase')
    return [
      { type: 'CaseResolved', data: { caseId, bu, outcome: command.outcome, note: command.note, resolvedBy: by } },
    ];
  const isSame = state.owner === command.owner && note === null;
  return isSame ? [] : [{ type: 'CaseAssigned', data: { caseId, bu, owner: command.owner, note, assignedBy: by } }];
};

const evolve = (state: CaseState, event: CaseEvent): CaseState => {
  switch (event.type) {
    case 'CaseOpened':
      return { opened: event.data, standing: 'OPEN', outcome: null, owner: null };
    case 'CaseAssigned':
      return { ...state, owner: event.data.owner };
    case 'CaseResolved':
      return { ...state, standing: 'RESOLVED', outcome: event.data.outcome };
    case 'CaseClosed':
      return { ...state, standing: 'CLOSED' };
  }
};

/** Stream `case-<bu>.<caseId>`: one exception, each time that it came, and who did what about it. */
export const caseDecider: Decider<CaseState, CaseCommand, CaseEvent> = { category: 'case', initial, decide, evolve };
