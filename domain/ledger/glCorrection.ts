import { type Decider, type Refusal, refuse } from '../decider.ts';
import type { CorrectionData, GlCorrectionEvent } from './correctionEvents.ts';

/** What the staging ledger said of the journal when the command was made, as far as it had read the log. */
export type CorrectedJournal = {
  readonly state: string;
  /** The journal that takes it back, whoever asked for that. */
  readonly reversedBy: string | null;
};

export type GlCorrectionCommand = { readonly data: CorrectionData; readonly journal: CorrectedJournal } & (
  | { readonly type: 'RestageJournal' }
  | { readonly type: 'ReverseJournal'; readonly accountingDate: string }
  | { readonly type: 'RepostJournal'; readonly accountingDate: string; readonly ruleSetVersion?: number }
);

/** Each journal is restaged once or reversed once, and posted anew once after that; the new one has a stream of its own. */
export type GlCorrectionState = { readonly restaged: boolean; readonly reversed: boolean; readonly reposted: boolean };

type Outcome = readonly GlCorrectionEvent[] | Refusal;
type CommandOf<T extends GlCorrectionCommand['type']> = Extract<GlCorrectionCommand, { type: T }>;

const unsealedStates: ReadonlySet<string> = new Set(['READY', 'HELD', 'UNMAPPED']);
const endedStates: ReadonlySet<string> = new Set(['REVERSED', 'SUPERSEDED']);

const corrected = ({ data, journal }: GlCorrectionCommand, how: string): Refusal =>
  refuse('JOURNAL_CORRECTED', `Journal ${data.journalId} ${how}; what stands in its place is corrected instead.`, {
    state: journal.state,
    reversedBy: journal.reversedBy,
  });

/** Undefined: it stands as it was staged. */
const correctedBefore = (command: GlCorrectionCommand, state: GlCorrectionState): Refusal | undefined => {
  const { journal } = command;
  if (state.restaged || journal.state === 'SUPERSEDED') return corrected(command, 'was staged again before');
  if (state.reposted) return corrected(command, 'was posted anew before');
  if (state.reversed || journal.reversedBy !== null || endedStates.has(journal.state))
    return corrected(command, 'was reversed before');
  return undefined;
};

const restage = (command: CommandOf<'RestageJournal'>, state: GlCorrectionState): Outcome => {
  const { data, journal } = command;
  const before = correctedBefore(command, state);
  if (before !== undefined) return before;
  if (!unsealedStates.has(journal.state)) {
    const detail = `Journal ${data.journalId} is ${journal.state}, and what was sealed never changes: reverse it, or post it anew.`;
    return refuse('JOURNAL_SEALED', detail, { state: journal.state });
  }
  return [{ type: 'GlRestageRequested', data }];
};

const notReversible = ({ data, journal }: GlCorrectionCommand): Refusal | undefined => {
  if (unsealedStates.has(journal.state)) {
    const detail = `Journal ${data.journalId} is ${journal.state} and was never sealed: stage it again.`;
    return refuse('JOURNAL_NOT_SEALED', detail, { state: journal.state });
  }
  if (data.reversalOf === null) return undefined;
  const detail = `Journal ${data.journalId} takes ${data.reversalOf} back, exactly; post that one anew if it was right.`;
  return refuse('JOURNAL_IS_REVERSAL', detail, { reversalOf: data.reversalOf });
};

const reverse = (command: CommandOf<'ReverseJournal'>, state: GlCorrectionState): Outcome => {
  const { data, accountingDate } = command;
  const no = correctedBefore(command, state) ?? notReversible(command);
  return no ?? [{ type: 'GlReversalRequested', data: { ...data, accountingDate } }];
};

/** What was reversed by hand before is only posted anew. */
const repost = (command: CommandOf<'RepostJournal'>, state: GlCorrectionState): Outcome => {
  const { data, accountingDate, ruleSetVersion } = command;
  const posted: GlCorrectionEvent = {
    type: 'GlRepostRequested',
    data: { ...data, accountingDate, ...(ruleSetVersion !== undefined && { ruleSetVersion }) },
  };
  if (state.reversed && !state.reposted) return [posted];
  const no = correctedBefore(command, state) ?? notReversible(command);
  return no ?? [{ type: 'GlReversalRequested', data: { ...data, accountingDate } }, posted];
};

const decide = (command: GlCorrectionCommand, state: GlCorrectionState): Outcome => {
  switch (command.type) {
    case 'RestageJournal':
      return restage(command, state);
    case 'ReverseJournal':
      return reverse(command, state);
    case 'RepostJournal':
      return repost(command, state);
  }
};

const evolve = (state: GlCorrectionState, { type }: GlCorrectionEvent): GlCorrectionState => {
  switch (type) {
    case 'GlRestageRequested':
      return { ...state, restaged: true };
    case 'GlReversalRequested':
      return { ...state, reversed: true };
    case 'GlRepostRequested':
      return { ...state, reposted: true };
    default:
      return state;
  }
};

/** Stream `glfix-<bu>.<journalId>`. */
export const glCorrectionDecider: Decider<GlCorrectionState, GlCorrectionCommand, GlCorrectionEvent> = {
  category: 'glfix',
  initial: { restaged: false, reversed: false, reposted: false },
  decide,
  evolve,
};
