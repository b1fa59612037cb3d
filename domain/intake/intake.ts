import { type Decider, type Refusal, refuse } from '../decider.ts';
import type { ImportCancelled, ImportCompleted, ImportEvent, ImportReceived } from './events.ts';

type Said<T extends { readonly data: object }> = Omit<T['data'], 'bu' | 'importId'>;

export type ImportCommand =
  | ({ readonly type: 'ReceiveImport' } & ImportReceived['data'])
  | ({ readonly type: 'CompleteImport' } & Said<ImportCompleted>)
  | { readonly type: 'FailImport'; readonly detail: string }
  | ({ readonly type: 'CancelImport' } & Said<ImportCancelled>);

export type ImportPhase = 'WAITING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/** `received` null: there is none. */
export type ImportState = {
  readonly received: ImportReceived['data'] | null;
  readonly phase: ImportPhase;
  readonly completed: ImportCompleted['data'] | null;
  /** Why it ended before its last row. */
  readonly problem: string | null;
};

const decide = (command: ImportCommand, { received, phase }: ImportState): readonly ImportEvent[] | Refusal => {
  if (command.type === 'ReceiveImport') {
    const { type: _, ...data } = command;
    // The id is made of the request: sent again it is the same import, whatever its bytes are kept under this time.
    return received === null ? [{ type: 'ImportReceived', data }] : [];
  }
  if (received === null) return refuse('NOT_FOUND', 'There is no such import.');
  const about = { bu: received.bu, importId: received.importId };
  if (command.type === 'CancelImport') {
    if (phase === 'CANCELLED') return [];
    if (phase !== 'WAITING')
      return refuse('IMPORT_STATE', `It is ${phase}: there is nothing to cancel.`, { state: phase });
    const { reason, cancelledBy } = command;
    return [{ type: 'ImportCancelled', data: { ...about, reason, cancelledBy } }];
  }
  // What the worker says after somebody else's word, or twice, changes nothing.
  if (phase !== 'WAITING') return [];
  return command.type === 'FailImport'
    ? [{ type: 'ImportFailed', data: { ...about, detail: command.detail } }]
    : [{ type: 'ImportCompleted', data: { ...about, counts: command.counts } }];
};

const evolve = (state: ImportState, event: ImportEvent): ImportState => {
  switch (event.type) {
    case 'ImportReceived':
      return { received: event.data, phase: 'WAITING', completed: null, problem: null };
    case 'ImportCompleted':
      return { ...state, phase: 'COMPLETED', completed: event.data };
    case 'ImportFailed':
      return { ...state, phase: 'FAILED', problem: event.data.detail };
    case 'ImportCancelled':
      return { ...state, phase: 'CANCELLED', problem: event.data.reason };
  }
};

/** Stream `import-operations.<importId>`: one file, and what came of it. */
export const importDecider: Decider<ImportState, ImportCommand, ImportEvent> = {
  category: 'import',
  initial: { received: null, phase: 'WAITING', completed: null, problem: null },
  decide,
  evolve,
};
