import type { Day } from '../../domain/calendar.ts';
import { type EventFeed, streamName } from '../../domain/eventLog.ts';
import { businessUnitOf, itemOf, nodeOf } from '../../domain/masterData/catalog.ts';
import { operationsUnit } from '../../domain/operations.ts';
import type { SimulationRequested } from '../../domain/simulation/events.ts';
import { type SimulatedRange, simulationVersion } from '../../domain/simulation/fork.ts';
import type { SimulatedPolicy } from '../../domain/simulation/policy.ts';
import { type SimulationState, simulationDecider } from '../../domain/simulation/simulation.ts';
import type { Outcome, Violation } from '../application.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import type { WithRevision } from '../calls/inputs.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import { derivedUlid } from '../eventIds.ts';
import { invalid, violation } from '../outcome.ts';
import type { Clock, CommandContext } from '../ports.ts';
import { missingIn } from '../workers/upToDate.ts';

/** Both of a range's kinds with what was left out; neither: all of the log. */
export type SimulationInput = {
  readonly bu: string;
  readonly positions?: { readonly after?: string; readonly through?: string };
  readonly days?: { readonly from: Day; readonly through: Day };
  readonly policy: SimulatedPolicy;
  readonly reason: string;
};

export type AskedSimulation = { readonly asked: SimulationRequested['data']; readonly state: SimulationState };

export type SimulationCalls = {
  /** What is wrong with the content of a question, all of it. Throws `LogUnavailable`. */
  readonly simulationViolations: (input: SimulationInput) => Promise<readonly Violation[]>;
  /** Asks a question, or names the answer of one that was asked before. A worker answers. Throws `LogUnavailable`. */
  readonly requestSimulation: (input: SimulationInput, context: CommandContext) => Promise<Outcome<AskedSimulation>>;
  /** Refuses NOT_FOUND, and SIMULATION_STATE for one that is over. */
  readonly cancelSimulation: (
    input: { readonly simulationId: string; readonly reason: string } & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly simulationId: string }>>;
};

type Ports = Pick<AppPorts, 'executor' | 'catalog'> & {
  /** Of the log. */
  readonly head: EventFeed['head'];
  readonly clock: Clock;
};

export const simulationStream = (simulationId: string) =>
  streamName(simulationDecider.category, operationsUnit, simulationId);

/** Before every event. */
const beginning = '0';

const policyViolations = ({ catalog }: Ports, bu: string, policy: SimulatedPolicy): readonly Violation[] => {
  const known = catalog.current();
  const ofNode = (pointer: string, node: string | undefined): readonly Violation[] =>
    node === undefined || nodeOf(known, bu, node) !== undefined
      ? []
      : [violation(`/policy/${pointer}/node`, 'NODE_UNKNOWN', `There is no node ${node}.`)];
  const ofItem = (pointer: string, item: string | undefined): readonly Violation[] =>
    item === undefined || itemOf(known, bu, item) !== undefined
      ? []
      : [violation(`/policy/${pointer}/item`, 'ITEM_UNKNOWN', `There is no item ${item}.`)];
  if (policy.kind === 'SAFETY_STOCK')
    return policy.rules.flatMap(({ node, item }, at) => [
      ...ofNode(`rules/${at}`, node),
      ...ofItem(`rules/${at}`, item),
    ]);
  return policy.kind === 'SOURCING' ? policy.nodes.flatMap(({ node }, at) => ofNode(`nodes/${at}`, node)) : [];
};

/** What is not in the log yet has no answer that could stay. */
const rangeViolations = ({ positions, days }: SimulationInput, head: string, today: Day): readonly Violation[] => {
  const { after = beginning, through = head } = positions ?? {};
  return [
    ...(through > head
      ? [
          violation(
            '/positions/through',
            'VALUE_INVALID',
            `The log ends at ${head}; what comes after is not known yet.`,
          ),
        ]
      : []),
    ...(positions !== undefined && after >= through && through <= head && head > beginning
      ? [violation('/positions/after', 'VALUE_INVALID', 'The range ends before it begins.')]
      : []),
    ...(days !== undefined && days.through > today
      ? [violation('/days/through', 'VALUE_INVALID', `Today is ${today}; what comes after is not known yet.`)]
      : []),
  ];
};

const contentViolations = (ports: Ports, input: SimulationInput, head: string): readonly Violation[] => {
  if (businessUnitOf(ports.catalog.current(), input.bu) === undefined)
    return [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${input.bu}.`)];
  const today = ports.clock().slice(0, 10);
  return [...rangeViolations(input, head, today), ...policyViolations(ports, input.bu, input.policy)];
};

const violationsOf = async (ports: Ports, input: SimulationInput, head: string): Promise<readonly Violation[]> => {
  const now = (): readonly Violation[] => contentViolations(ports, input, head);
  // What is not known may have been defined a moment ago.
  await missingIn(ports.catalog, now);
  return now();
};

/** `isOver`: nothing can be added to the range any more, so where the log ended when it was asked is no part of the question. */
const rangeOf = ({ positions, days }: SimulationInput, head: string, today: Day) => {
  if (days !== undefined) {
    const range: SimulatedRange = { kind: 'DAYS', ...days, upTo: head };
    return { range, asked: days.through < today ? days : range };
  }
  const { after = beginning, through = head } = positions ?? {};
  const range: SimulatedRange = { kind: 'POSITIONS', after, through };
  return { range, asked: range };
};

const headOf = async ({ head }: Ports): Promise<string> => {
  const found = await head();
  return found === 'start' ? beginning : found;
};

const request =
  (ports: Ports): SimulationCalls['requestSimulation'] =>
  async (input, context) => {
    const head = await headOf(ports);
    const violations = await violationsOf(ports, input, head);
    if (violations.length > 0) return invalid(violations);
    const { bu: businessUnit, policy, reason } = input;
    const { range, asked } = rangeOf(input, head, ports.clock().slice(0, 10));
    const policySha256 = contentSha256(policy);
    const question = contentSha256({ businessUnit, asked, policySha256, simulationVersion });
    const simulationId = derivedUlid(`simulation:${question}`);
    const about = { bu: operationsUnit, simulationId, businessUnit, range, policy, policySha256, simulationVersion };
    const data = { ...about, reason, requestedBy: context.actor.id };
    const command = { type: 'RequestSimulation', ...data } as const;
    const work = { decider: simulationDecider, stream: simulationStream(simulationId), command };
    return carryOut(ports.executor, work, context, ({ state }) => ({ asked: state.asked ?? data, state }));
  };

export const simulationCalls = (ports: Ports): SimulationCalls => ({
  simulationViolations: async (input) => violationsOf(ports, input, await headOf(ports)),
  requestSimulation: request(ports),
  cancelSimulation: ({ simulationId, reason, ifMatch }, context) => {
    const command = { type: 'CancelSimulation', reason, cancelledBy: context.actor.id } as const;
    const work = { decider: simulationDecider, stream: simulationStream(simulationId), command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ simulationId }));
  },
});
