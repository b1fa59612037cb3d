import { type Decider, type Refusal, refuse } from '../decider.ts';
import type { SimulationCancelled, SimulationCompleted, SimulationEvent, SimulationRequested } from './events.ts';

type Said<T extends { readonly data: object }> = Omit<T['data'], 'bu' | 'simulationId'>;

export type SimulationCommand =
  | ({ readonly type: 'RequestSimulation' } & SimulationRequested['data'])
  | ({ readonly type: 'CompleteSimulation' } & Said<SimulationCompleted>)
  | { readonly type: 'FailSimulation'; readonly detail: string }
  | ({ readonly type: 'CancelSimulation' } & Said<SimulationCancelled>);

export type SimulationPhase = 'WAITING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/** Null: nobody ever asked this. */
export type SimulationState = {
  readonly asked: SimulationRequested['data'] | null;
  readonly phase: SimulationPhase;
  readonly completed: SimulationCompleted['data'] | null;
  /** Why there is no answer. */
  readonly problem: string | null;
};

/** What has an answer, or will have one, is not asked again; what failed or was given up may be. */
const request = (
  { type: _, ...data }: Extract<SimulationCommand, { type: 'RequestSimulation' }>,
  { asked, phase }: SimulationState,
): readonly SimulationEvent[] =>
  asked !== null && (phase === 'WAITING' || phase === 'COMPLETED') ? [] : [{ type: 'SimulationRequested', data }];

const decide = (command: SimulationCommand, state: SimulationState): readonly SimulationEvent[] | Refusal => {
  if (command.type === 'RequestSimulation') return request(command, state);
  const { asked, phase } = state;
  if (asked === null) return refuse('NOT_FOUND', 'There is no such simulation.');
  const about = { bu: asked.bu, simulationId: asked.simulationId };
  if (command.type === 'CancelSimulation') {
    if (phase === 'CANCELLED') return [];
    if (phase !== 'WAITING') {
      return refuse('SIMULATION_STATE', `It is ${phase}: there is nothing to cancel.`, { state: phase });
    }
    const { reason, cancelledBy } = command;
    return [{ type: 'SimulationCancelled', data: { ...about, reason, cancelledBy } }];
  }
  // What the worker says after somebody else's word, or twice, changes nothing.
  if (phase !== 'WAITING') return [];
  if (command.type === 'FailSimulation')
    return [{ type: 'SimulationFailed', data: { ...about, detail: command.detail } }];
  const { result, resultSha256 } = command;
  return [{ type: 'SimulationCompleted', data: { ...about, result, resultSha256 } }];
};

const evolve = (state: SimulationState, event: SimulationEvent): SimulationState => {
  switch (event.type) {
    case 'SimulationRequested':
      return { asked: event.data, phase: 'WAITING', completed: null, problem: null };
    case 'SimulationCompleted':
      return { ...state, phase: 'COMPLETED', completed: event.data };
    case 'SimulationFailed':
      return { ...state, phase: 'FAILED', problem: event.data.detail };
    case 'SimulationCancelled':
      return { ...state, phase: 'CANCELLED', problem: event.data.reason };
  }
};

/** Stream `simulation-operations.<simulationId>`: one question, and what came of it. */
export const simulationDecider: Decider<SimulationState, SimulationCommand, SimulationEvent> = {
  category: 'simulation',
  initial: { asked: null, phase: 'WAITING', completed: null, problem: null },
  decide,
  evolve,
};
