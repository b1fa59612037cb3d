import { type Decider, type Refusal, refuse } from '../decider.ts';
import type { RebuildCompared, RebuildEvent, RebuildRequested } from './events.ts';

type Of<C extends { readonly type: string }, T extends C['type']> = Extract<C, { readonly type: T }>;

/** What is said about the rebuild that `rebuildId` names; of any other than the latest nothing can be said any more. */
export type RebuildCommand =
  | ({ readonly type: 'RequestRebuild'; readonly liveVersion: number } & Omit<
      RebuildRequested['data'],
      'rebuildId' | 'fromVersion' | 'toVersion'
    >)
  | ({ readonly type: 'RecordComparison' } & Omit<RebuildCompared['data'], 'bu' | 'projection'>)
  | {
      readonly type: 'OrderSwap';
      readonly rebuildId: string;
      readonly reason: string;
      /** Of a second person; needed when the differences are unexpected. */
      readonly approvalId: string | null;
    }
  | { readonly type: 'RecordSwap'; readonly rebuildId: string; readonly position: string }
  | { readonly type: 'AbortRebuild'; readonly rebuildId: string; readonly reason: string }
  | { readonly type: 'RecordFailure'; readonly rebuildId: string; readonly detail: string }
  | { readonly type: 'OrderRollback'; readonly rebuildId: string; readonly reason: string }
  | { readonly type: 'RecordRollback'; readonly rebuildId: string; readonly position: string };

/** REFUSED: the differences are unexpected, so nobody swaps it alone. SWAPPING and ROLLING_BACK: ordered, not yet done. */
export type RebuildPhase =
  | 'REPLAYING'
  | 'AWAITING_SWAP'
  | 'REFUSED'
  | 'SWAPPING'
  | 'SWAPPED'
  | 'ROLLING_BACK'
  | 'ROLLED_BACK'
  | 'ABORTED'
  | 'FAILED';

export type Rebuild = RebuildRequested['data'] & {
  readonly phase: RebuildPhase;
  readonly compared: RebuildCompared['data'] | null;
};

export type RebuildState = {
  /** The highest number that a build ever had: none is used twice. */
  readonly lastVersion: number;
  readonly latest: Rebuild | null;
};

type Outcome = readonly RebuildEvent[] | Refusal;

const busy: ReadonlySet<RebuildPhase> = new Set(['REPLAYING', 'AWAITING_SWAP', 'REFUSED', 'SWAPPING', 'ROLLING_BACK']);

const isBusy = ({ latest }: RebuildState): boolean => latest !== null && busy.has(latest.phase);

const rebuildIdOf = (projection: string, toVersion: number): string => `${projection}-v${toVersion}`;

const request = (command: Of<RebuildCommand, 'RequestRebuild'>, state: RebuildState): Outcome => {
  const { type: _, liveVersion, ...data } = command;
  if (state.latest !== null && isBusy(state)) {
    const { rebuildId, phase } = state.latest;
    return refuse('REBUILD_RUNNING', `${rebuildId} is ${phase}; a read model is rebuilt once at a time.`, {
      rebuildId,
      state: phase,
    });
  }
  const toVersion = Math.max(state.lastVersion, liveVersion) + 1;
  const rebuildId = rebuildIdOf(data.projection, toVersion);
  return [{ type: 'RebuildRequested', data: { ...data, rebuildId, fromVersion: liveVersion, toVersion } }];
};

const wrongPhase = ({ rebuildId, phase }: Rebuild, what: string): Refusal =>
  refuse('REBUILD_STATE', `${rebuildId} is ${phase}: ${what}`, { rebuildId, state: phase });

const orderSwap = (command: Of<RebuildCommand, 'OrderSwap'>, latest: Rebuild): Outcome => {
  const { bu, projection, rebuildId } = latest;
  const { reason, approvalId } = command;
  if (latest.phase === 'SWAPPING' || latest.phase === 'SWAPPED') return [];
  if (latest.phase !== 'AWAITING_SWAP' && latest.phase !== 'REFUSED')
    return wrongPhase(latest, 'there is nothing to swap.');
  if (latest.phase === 'REFUSED' && approvalId === null) {
    return refuse('DIFFERENCE_UNEXPECTED', 'Its differences were not declared, or lie in sealed books.', { rebuildId });
  }
  return [{ type: 'RebuildSwapOrdered', data: { bu, projection, rebuildId, reason, approvalId } }];
};

const abort = ({ reason }: Of<RebuildCommand, 'AbortRebuild'>, latest: Rebuild): Outcome => {
  const { bu, projection, rebuildId, phase } = latest;
  if (phase === 'ABORTED') return [];
  if (phase !== 'REPLAYING' && phase !== 'AWAITING_SWAP' && phase !== 'REFUSED')
    return wrongPhase(latest, 'it can no longer be aborted.');
  return [{ type: 'RebuildAborted', data: { bu, projection, rebuildId, reason } }];
};

const orderRollback = ({ reason }: Of<RebuildCommand, 'OrderRollback'>, latest: Rebuild): Outcome => {
  const { bu, projection, rebuildId, phase } = latest;
  if (phase === 'ROLLING_BACK' || phase === 'ROLLED_BACK') return [];
  if (phase !== 'SWAPPED') return wrongPhase(latest, 'only what was swapped can be rolled back.');
  return [{ type: 'RollbackOrdered', data: { bu, projection, rebuildId, reason } }];
};

/** What is identical needs nobody's decision. */
const compared = (command: Of<RebuildCommand, 'RecordComparison'>, latest: Rebuild): readonly RebuildEvent[] => {
  const { bu, projection, rebuildId, phase } = latest;
  const { type: _, ...found } = command;
  if (phase !== 'REPLAYING') return [];
  const about = { bu, projection, rebuildId };
  const recorded: RebuildEvent = { type: 'RebuildCompared', data: { ...about, ...found } };
  if (found.class !== 'identical') return [recorded];
  return [recorded, { type: 'RebuildSwapOrdered', data: { ...about, reason: 'identical', approvalId: null } }];
};

/** What the worker did. Told twice, or after somebody else's word, it changes nothing. */
const recordOf = (
  command: Of<RebuildCommand, 'RecordSwap' | 'RecordFailure' | 'RecordRollback'>,
  latest: Rebuild,
): readonly RebuildEvent[] => {
  const { bu, projection, rebuildId, phase, fromVersion, toVersion } = latest;
  const about = { bu, projection, rebuildId };
  switch (command.type) {
    case 'RecordSwap':
      if (phase !== 'SWAPPING') return [];
      return [{ type: 'ReadModelSwapped', data: { ...about, fromVersion, toVersion, position: command.position } }];
    case 'RecordRollback':
      if (phase !== 'ROLLING_BACK') return [];
      return [
        {
          type: 'ReadModelRolledBack',
          data: { ...about, fromVersion: toVersion, toVersion: fromVersion, position: command.position },
        },
      ];
    case 'RecordFailure':
      if (phase !== 'REPLAYING' && phase !== 'SWAPPING' && phase !== 'ROLLING_BACK') return [];
      return [{ type: 'RebuildFailed', data: { ...about, detail: command.detail } }];
  }
};

const decide = (command: RebuildCommand, state: RebuildState): Outcome => {
  if (command.type === 'RequestRebuild') return request(command, state);
  const { latest } = state;
  if (latest?.rebuildId !== command.rebuildId) {
    return refuse('NOT_FOUND', `${command.rebuildId} is not the latest rebuild of its read model.`);
  }
  switch (command.type) {
    case 'RecordComparison':
      return compared(command, latest);
    case 'OrderSwap':
      return orderSwap(command, latest);
    case 'AbortRebuild':
      return abort(command, latest);
    case 'OrderRollback':
      return orderRollback(command, latest);
    default:
      return recordOf(command, latest);
  }
};

const phaseAfter: Readonly<
  Record<Exclude<RebuildEvent['type'], 'RebuildRequested' | 'RebuildCompared'>, RebuildPhase>
> = {
  RebuildSwapOrdered: 'SWAPPING',
  ReadModelSwapped: 'SWAPPED',
  RebuildAborted: 'ABORTED',
  RebuildFailed: 'FAILED',
  RollbackOrdered: 'ROLLING_BACK',
  ReadModelRolledBack: 'ROLLED_BACK',
};

const evolve = (state: RebuildState, event: RebuildEvent): RebuildState => {
  if (event.type === 'RebuildRequested') {
    const { data } = event;
    return { lastVersion: data.toVersion, latest: { ...data, phase: 'REPLAYING', compared: null } };
  }
  if (state.latest === null) return state;
  if (event.type === 'RebuildCompared') {
    const phase = event.data.class === 'unexpected' ? 'REFUSED' : 'AWAITING_SWAP';
    return { ...state, latest: { ...state.latest, phase, compared: event.data } };
  }
  return { ...state, latest: { ...state.latest, phase: phaseAfter[event.type] } };
};

/** Stream `rebuild-operations.<projection>`: every rebuild of one read model, one after the other. */
export const rebuildDecider: Decider<RebuildState, RebuildCommand, RebuildEvent> = {
  category: 'rebuild',
  initial: { lastVersion: 1, latest: null },
  decide,
  evolve,
};
