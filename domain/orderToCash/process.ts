import type { Decider } from '../decider.ts';
import { type StreamName, streamName } from '../eventLog.ts';
import type { EventType, RecordedDomainEvent } from '../events.ts';
import type { Intent, IntentsIssued } from './events.ts';
import type { Step } from './steps.ts';

/** One step to be done. `part` tells several intents of one step and one cause apart. */
export type Issue = Step & { readonly lane: string; readonly delayMs?: number; readonly part?: string };

/** What a process answers to one event. `memory` holds only what changed; absent parts stay as they are. */
export type Reaction<Memory> = { readonly intents: readonly Issue[]; readonly memory: Memory };

export type Remembering = {
  /** Place of the last event that was answered; '' at the beginning. */
  readonly lastCausePosition: string;
  /** Where the order came in, so that everything it leads to can be held by it. */
  readonly channel?: string;
};

/** What is particular to one process. All functions are pure and total. */
type Definition<State extends Remembering, Memory, T extends EventType> = {
  readonly name: string;
  readonly categories: readonly string[];
  readonly eventTypes: readonly T[];
  /** Of these, what an instance mostly begins with: its own stream is then not looked at before it is written. */
  readonly beginsWith?: readonly T[];
  /** An event of the same instance that leaves nothing to do for the earlier one, which is not answered where both are known. */
  readonly isSettledBy?: (event: Extract<RecordedDomainEvent, { type: T }>, later: RecordedDomainEvent) => boolean;
  readonly initial: State;
  /** Undefined: this process has nothing to do with the event. Decided from the event alone. */
  readonly keyOf: (event: Extract<RecordedDomainEvent, { type: T }>) => string | undefined;
  readonly react: (state: State, event: Extract<RecordedDomainEvent, { type: T }>) => Reaction<Memory> | undefined;
  readonly remember: (state: State, memory: Memory) => State;
  /** Whether everything under one key came in through one channel. */
  readonly ofOneChannel?: true;
};

export type Process<State = unknown> = {
  readonly name: string;
  /** Categories to read, so that the feed is filtered where it is stored. */
  readonly categories: readonly string[];
  readonly eventTypes: readonly EventType[];
  readonly beginsWith: readonly EventType[];
  readonly isSettledBy: (event: RecordedDomainEvent, later: RecordedDomainEvent) => boolean;
  readonly keyOf: (event: RecordedDomainEvent) => string | undefined;
  readonly streamOf: (key: string) => StreamName;
  readonly initial: State;
  /** The answer to one event, or nothing. An event at or before the last one answered is never answered again. */
  readonly react: (state: State, event: RecordedDomainEvent) => IntentsIssued['data'] | undefined;
  readonly evolve: (state: State, event: IntentsIssued) => State;
  /** The same as a decider whose command is the event: to be executed under `processCommandId` of the write side. */
  readonly decider: Decider<State, RecordedDomainEvent, IntentsIssued>;
};

const intentOf = (eventId: string, { step, payload, lane, delayMs = 0, part }: Issue): Intent => ({
  intentId: part === undefined ? `${eventId}:${step}` : `${eventId}:${step}:${part}`,
  step,
  lane,
  delayMs,
  payload,
});

export const defineProcess = <
  State extends Remembering,
  Memory extends Readonly<Record<string, unknown>>,
  T extends EventType,
>(
  definition: Definition<State, Memory, T>,
): Process<State> => {
  const { name, categories, eventTypes, beginsWith = [], initial, remember } = definition;
  type Heard = Extract<RecordedDomainEvent, { type: T }>;
  const heard = new Set<string>(eventTypes);
  const keyOf = (event: RecordedDomainEvent) => (heard.has(event.type) ? definition.keyOf(event as Heard) : undefined);

  const react = (state: State, event: RecordedDomainEvent): IntentsIssued['data'] | undefined => {
    const key = keyOf(event);
    if (key === undefined || event.position <= state.lastCausePosition) return undefined;
    const reaction = definition.react(state, event as Heard);
    if (reaction === undefined) return undefined;
    const { bu, channel: namedHere } = event.metadata.partition;
    const channel = definition.ofOneChannel ? (state.channel ?? event.metadata.source.channel ?? namedHere) : undefined;
    return {
      process: name,
      key,
      bu,
      ...(channel !== undefined && { channel }),
      causeEventId: event.eventId,
      causeType: event.type,
      causePosition: event.position,
      correlationId: event.metadata.$correlationId,
      intents: reaction.intents.map((issue) => intentOf(event.eventId, issue)),
      memory: reaction.memory,
    };
  };

  const evolve = (state: State, { data }: IntentsIssued): State => ({
    ...remember(state, data.memory as Memory),
    ...(data.channel !== undefined && { channel: data.channel }),
    lastCausePosition: data.causePosition,
  });

  const decide = (event: RecordedDomainEvent, state: State): readonly IntentsIssued[] => {
    const data = react(state, event);
    return data === undefined ? [] : [{ type: 'IntentsIssued', data }];
  };

  return {
    name,
    categories,
    eventTypes,
    beginsWith,
    isSettledBy: (event, later) => definition.isSettledBy?.(event as Heard, later) ?? false,
    keyOf,
    streamOf: (key) => streamName('pm', name, key),
    initial,
    react,
    evolve,
    decider: { category: 'pm', initial, decide, evolve },
  };
};
