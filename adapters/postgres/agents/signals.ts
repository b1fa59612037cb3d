import { type Listening, listenTo } from '../listening.ts';

/** The statements that store a call or an answer send on it. */
export const agentChannel = 'throughline_agents';

/** Payloads of the channel: a call is told of by its system, an answer by the id of its call. */
export const callSignal = (system: string): string => `call:${system}`;
export const answerSignal = (callId: string): string => `answer:${callId}`;

type Heard = {
  readonly onCall: (system: string) => void;
  readonly onAnswer: (callId: string) => void;
  /** Whatever was sent before may have been missed. */
  readonly onListening: () => void;
};

/** Listens from the first time on that somebody in this process waits: where nothing goes through an agent it costs no connection. */
export const createAgentSignals = (connectionString: string, { onCall, onAnswer, onListening }: Heard) => {
  let listening: Listening | undefined;
  const hear = (payload: string): void => {
    const at = payload.indexOf(':');
    if (payload.startsWith('call:')) onCall(payload.slice(at + 1));
    else onAnswer(payload.slice(at + 1));
  };
  return {
    listen: (): void => {
      listening ??= listenTo({
        connectionString,
        channel: agentChannel,
        applicationName: 'throughline-agents',
        onListening,
        onHeard: ({ payload }) => hear(payload),
      });
    },
    close: async (): Promise<void> => listening?.close(),
  };
};
