import { periodOf } from '../calendar.ts';
import { type Decider, type Refusal, refuse } from '../decider.ts';
import { sameContent } from '../masterData/sameContent.ts';
import type { GlBatchCommand } from './commands.ts';
import type { GlBatchEvent, GlBatchSealed } from './events.ts';
import { controlTotals, isBalanced } from './sealing.ts';

export type JournalOutcomeState =
  | { readonly outcome: 'ACKNOWLEDGED' }
  | { readonly outcome: 'REJECTED'; readonly code: string };

export type GlBatchState = {
  readonly sealed: GlBatchSealed['data'] | null;
  readonly exports: readonly { readonly erpSystem: string; readonly fileSha256: string }[];
  readonly outcomes: ReadonlyMap<string, JournalOutcomeState>;
};

type Outcome = readonly GlBatchEvent[] | Refusal;
type CommandOf<T extends GlBatchCommand['type']> = Extract<GlBatchCommand, { type: T }>;

const sealProblem = ({ journals, period, controlTotals: totals }: CommandOf<'SealBatch'>): Refusal | undefined => {
  if (journals.length === 0) return refuse('BATCH_EMPTY', `Period ${period} has no journal that is ready.`);
  const unbalanced = journals.find((journal) => !isBalanced(journal));
  if (unbalanced !== undefined) {
    return refuse('JOURNAL_UNBALANCED', `Journal ${unbalanced.journalId} does not balance.`, {
      journalId: unbalanced.journalId,
    });
  }
  const stray = journals.find((journal) => periodOf(journal.accountingDate) !== period);
  if (stray !== undefined)
    return refuse('JOURNAL_UNBALANCED', `Journal ${stray.journalId} is not of period ${period}.`);
  if (new Set(journals.map((journal) => journal.journalId)).size !== journals.length) {
    return refuse('JOURNAL_UNBALANCED', 'A journal is in the batch twice.');
  }
  if (sameContent(controlTotals(journals), totals)) return undefined;
  return refuse('JOURNAL_UNBALANCED', 'The control totals are not those of the journals.');
};

/** Sealed content is fixed: the same content again is no event, any other is refused (G6). */
const seal = (command: CommandOf<'SealBatch'>, { sealed }: GlBatchState): Outcome => {
  if (sealed !== null) {
    if (sealed.contentSha256 === command.contentSha256) return [];
    return refuse('BATCH_SEALED', `Batch ${command.batchId} was sealed with other journals; read them again.`);
  }
  const problem = sealProblem(command);
  if (problem !== undefined) return problem;
  const { type: _type, ...data } = command;
  return [{ type: 'GlBatchSealed', data }];
};

const notSealed = (): Refusal => refuse('NOT_FOUND', 'There is no such batch.');

const keyOf = ({ bu, ledger, batchId }: GlBatchSealed['data']) => ({ bu, ledger, batchId });

const recordExport = (
  { erpSystem, fileSha256 }: CommandOf<'RecordExport'>,
  { sealed, exports }: GlBatchState,
): Outcome => {
  if (sealed === null) return notSealed();
  if (exports.some((each) => each.erpSystem === erpSystem && each.fileSha256 === fileSha256)) return [];
  return [{ type: 'GlBatchExported', data: { ...keyOf(sealed), erpSystem, fileSha256 } }];
};

/** An acknowledged journal stays acknowledged; a rejected one may be accepted later, after the ERP was put right. */
const recordOutcomes = (command: CommandOf<'RecordOutcomes'>, { sealed, outcomes }: GlBatchState): Outcome => {
  if (sealed === null) return notSealed();
  const members = new Set(sealed.journals.map((journal) => journal.journalId));
  const stranger = [...command.acknowledged, ...command.rejected].find(({ journalId }) => !members.has(journalId));
  if (stranger !== undefined)
    return refuse('NOT_FOUND', `Journal ${stranger.journalId} is not in batch ${sealed.batchId}.`);
  const open = (journalId: string): boolean => outcomes.get(journalId)?.outcome !== 'ACKNOWLEDGED';
  const yes = command.acknowledged.filter(({ journalId }) => open(journalId));
  const accepted = new Set(yes.map(({ journalId }) => journalId));
  const no = command.rejected.filter(({ journalId, code }) => {
    const known = outcomes.get(journalId);
    const repeated = known?.outcome === 'REJECTED' && known.code === code;
    return open(journalId) && !accepted.has(journalId) && !repeated;
  });
  const head = { ...keyOf(sealed), erpSystem: command.erpSystem };
  const acknowledged: readonly GlBatchEvent[] =
    yes.length === 0 ? [] : [{ type: 'GlBatchAcknowledged', data: { ...head, journals: yes } }];
  const rejected: readonly GlBatchEvent[] =
    no.length === 0 ? [] : [{ type: 'GlEntriesRejected', data: { ...head, journals: no } }];
  return [...acknowledged, ...rejected];
};

const withOutcomes = (
  outcomes: GlBatchState['outcomes'],
  added: readonly (readonly [string, JournalOutcomeState])[],
): GlBatchState['outcomes'] => new Map([...outcomes, ...added]);

const evolve = (state: GlBatchState, event: GlBatchEvent): GlBatchState => {
  switch (event.type) {
    case 'GlBatchSealed':
      return { ...state, sealed: event.data };
    case 'GlBatchExported': {
      const { erpSystem, fileSha256 } = event.data;
      return { ...state, exports: [...state.exports, { erpSystem, fileSha256 }] };
    }
    case 'GlBatchAcknowledged': {
      const added = event.data.journals.map(({ journalId }) => [journalId, { outcome: 'ACKNOWLEDGED' }] as const);
      return { ...state, outcomes: withOutcomes(state.outcomes, added) };
    }
    case 'GlEntriesRejected': {
      const added = event.data.journals.map(
        ({ journalId, code }) => [journalId, { outcome: 'REJECTED', code }] as const,
      );
      return { ...state, outcomes: withOutcomes(state.outcomes, added) };
    }
    default:
      return state;
  }
};

const decide = (command: GlBatchCommand, state: GlBatchState): Outcome => {
  switch (command.type) {
    case 'SealBatch':
      return seal(command, state);
    case 'RecordExport':
      return recordExport(command, state);
    case 'RecordOutcomes':
      return recordOutcomes(command, state);
  }
};

/** Stream `glbatch-<bu>.<batchId>`. */
export const glBatchDecider: Decider<GlBatchState, GlBatchCommand, GlBatchEvent> = {
  category: 'glbatch',
  initial: { sealed: null, exports: [], outcomes: new Map() },
  decide,
  evolve,
};
