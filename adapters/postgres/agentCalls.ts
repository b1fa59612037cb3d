import type { Kysely } from 'kysely';
import type { AgentDesk, CarryCall } from '../../commands/ports.ts';
import { createCarrying } from './agents/carrying.ts';
import { createDesk } from './agents/desk.ts';
import { createAgentSignals } from './agents/signals.ts';

export type AgentCalls = {
  readonly carry: CarryCall;
  readonly desk: AgentDesk;
  /** Ends what agents wait for in this process; they come again, to another one. */
  readonly letGo: () => void;
  readonly close: () => Promise<void>;
};

/** Calls of partners that only an agent reaches, in `ops.agent_call`. */
export const createAgentCalls = <Tables>(
  db: Kysely<Tables>,
  connectionString: string,
  onError: (error: unknown) => void,
): AgentCalls => {
  const signals = createAgentSignals(connectionString, {
    onCall: () => side.wake(),
    onAnswer: (callId) => carrying.onAnswer(callId),
    onListening: () => {
      side.wake();
      carrying.lookSoon();
    },
  });
  const carrying = createCarrying(db, signals.listen, onError);
  const side = createDesk(db, signals.listen, onError);
  return {
    carry: carrying.carry,
    desk: side.desk,
    letGo: side.close,
    close: async () => {
      side.close();
      await carrying.close();
      await signals.close();
    },
  };
};
