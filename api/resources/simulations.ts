import type { z } from 'zod';
import { toDomain } from '../../commands/codec.ts';
import { type SimulationInput, simulationStream } from '../../commands/simulation/calls.ts';
import type { SimulationEvent, SimulationRequested } from '../../domain/simulation/events.ts';
import { type SimulationState, simulationDecider } from '../../domain/simulation/simulation.ts';
import type { SimulationProgress } from '../../projections/simulations.ts';
import { isInScope, requireScope } from '../authorise.ts';
import type { ApiDeps } from '../deps.ts';
import { readTold } from '../evidence/damage.ts';
import { normalPosition } from '../positionText.ts';
import { HttpProblem } from '../problem.ts';
import { type Call, command, type Route, read } from '../route.ts';
import {
  cancelSimulationBody,
  simulation,
  simulationBody,
  simulationCancelled,
  simulationParams,
  simulationRequested,
} from '../schemas/simulations.ts';

const tag = 'Operations';

type Asked = SimulationRequested['data'];

const viewOf = (
  { bu: _, businessUnit, ...asked }: Asked,
  { phase, problem, completed }: SimulationState,
  progress: SimulationProgress | undefined,
) => ({
  ...asked,
  bu: businessUnit,
  state: phase,
  problem,
  progress: progress ?? null,
  result: completed?.result ?? null,
  resultSha256: completed?.resultSha256 ?? null,
});

/** As the log has it; undefined where there is none, or it is of a business unit that the caller does not see. */
const found = async (simulationId: string, { scope }: Call, deps: ApiDeps) => {
  let state = simulationDecider.initial;
  for await (const recorded of readTold(deps.log.store, simulationStream(simulationId)))
    state = simulationDecider.evolve(state, toDomain(recorded) as SimulationEvent);
  const { asked } = state;
  const isHidden = asked === null || (scope !== undefined && !scope.bus.includes(asked.businessUnit));
  return isHidden ? undefined : { asked, state };
};

const normal = (position: string): string => normalPosition(position) ?? position;

/** Positions in the form in which they are compared. */
const inputOf = ({ positions, ...body }: z.output<typeof simulationBody>): SimulationInput => {
  if (positions === undefined) return body;
  const { after, through } = positions;
  const range = {
    ...(after !== undefined && { after: normal(after) }),
    ...(through !== undefined && { through: normal(through) }),
  };
  return { ...body, positions: range };
};

const requestSimulation = command({
  operation: 'requestSimulation',
  path: '/v1/ops/simulations',
  tag,
  summary: 'Ask what another policy would have made different',
  description:
    'Orders of a stretch of the log are decided again, once under its own policies and once with one replaced, against what was received, counted and announced then. A worker answers; the same question is answered once, and whoever asks it again is told that answer. It has no effect on anything.',
  body: simulationBody,
  status: 202,
  answer: simulationRequested,
  refusals: [],
  creates: true,
  objections: async ({ body }, call, deps) =>
    isInScope(call.principal, { bu: body.bu }) ? deps.operations.simulationViolations(inputOf(body)) : [],
  ask: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu });
    return deps.operations.requestSimulation(inputOf(body), call.context);
  },
  tell: ({ asked, state }, receipt) => ({
    body: { ...viewOf(asked, state, undefined), receipt },
    location: `/v1/ops/simulations/${asked.simulationId}`,
  }),
});

const readSimulation = read({
  operation: 'readSimulation',
  path: '/v1/ops/simulations/{simulationId}',
  tag,
  summary: 'How far a simulation is, and what it found',
  params: simulationParams,
  answer: simulation,
  models: ['event_index'],
  handle: async ({ params: { simulationId } }, call, deps) => {
    const known = await found(simulationId, call, deps);
    if (known === undefined) return undefined;
    const progress = known.state.phase === 'WAITING' ? await deps.reads.simulationProgress(simulationId) : undefined;
    return viewOf(known.asked, known.state, progress);
  },
});

const cancelSimulation = command({
  operation: 'cancelSimulation',
  path: '/v1/ops/simulations/{simulationId}/cancellations',
  tag,
  summary: 'Give a simulation up',
  params: simulationParams,
  body: cancelSimulationBody,
  status: 202,
  answer: simulationCancelled,
  refusals: [404, 409],
  ask: async ({ params, body }, call, deps) => {
    if ((await found(params.simulationId, call, deps)) === undefined)
      throw new HttpProblem('NOT_FOUND', 'There is no such simulation.', { retain: false });
    return deps.operations.cancelSimulation({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: (value, receipt) => ({
    body: { ...value, receipt },
    location: `/v1/ops/simulations/${value.simulationId}`,
  }),
});

export const simulationRoutes: readonly Route[] = [requestSimulation, readSimulation, cancelSimulation];
