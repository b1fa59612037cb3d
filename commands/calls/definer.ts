import { type Event, isRefusal, type Refusal } from '../../domain/decider.ts';
import type { StreamName } from '../../domain/eventLog.ts';
import type { Catalog } from '../../domain/masterData/catalog.ts';
import type { MasterDataEvent } from '../../domain/masterData/events.ts';
import type { Agreement, Define, MasterDataDecider } from '../../domain/masterData/masterData.ts';
import type { DefinitionOf } from '../../domain/masterData/violation.ts';
import type { Outcome, Violation } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import { invalid } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { missingIn } from '../workers/upToDate.ts';
import type { AppPorts } from './callPorts.ts';
import type { WithRevision } from './inputs.ts';

export type Definable<E extends MasterDataEvent> = {
  readonly decider: MasterDataDecider<E>;
  readonly streamOf: (definition: DefinitionOf<E>) => StreamName;
  readonly references: (definition: DefinitionOf<E>, catalog: Catalog) => readonly Violation[];
  /** Policies carry the hash of their content. */
  readonly hashed?: true;
};

export type Defining<E extends MasterDataEvent> = (
  input: DefinitionOf<E> & WithRevision,
  context: CommandContext,
) => Promise<Outcome<{ readonly version: number }>>;

/** What a decision has against the content. */
export const violationsIn = (outcome: readonly Event[] | Refusal): readonly Violation[] =>
  isRefusal(outcome) ? ((outcome.data?.violations ?? []) as readonly Violation[]) : [];

/** What is wrong with a definition by itself and in what it refers to, before anything of it becomes part of a stream name. */
export const definitionViolations = async <E extends MasterDataEvent>(
  { catalog }: Pick<AppPorts, 'catalog'>,
  { decider, references }: Definable<E>,
  definition: DefinitionOf<E>,
): Promise<readonly Violation[]> => {
  const unknown = await missingIn(catalog, (current) => references(definition, current));
  return [...violationsIn(decider.decide({ type: 'Define', definition }, decider.initial)), ...unknown];
};

/** An input without the revision that its caller has seen. */
export const definitionIn = <E extends MasterDataEvent>(input: DefinitionOf<E> & WithRevision): DefinitionOf<E> => {
  const { ifMatch: _, ...definition } = input;
  return definition as unknown as DefinitionOf<E>;
};

export const defineCommand = <E extends MasterDataEvent>(
  { hashed }: Definable<E>,
  definition: DefinitionOf<E>,
  context: CommandContext,
  agreed?: Agreement,
): Define<E> => ({
  type: 'Define',
  definition,
  ...(hashed === true && { contentSha256: contentSha256(definition) }),
  ...{ by: context.actor.id, agreed },
});

/** Puts a definition in force. `agreed`: what somebody else agreed to, where that is needed. */
export const definer =
  <E extends MasterDataEvent>(ports: AppPorts, kind: Definable<E>) =>
  async (
    input: DefinitionOf<E> & WithRevision,
    context: CommandContext,
    agreed?: Agreement,
  ): Promise<Outcome<{ readonly version: number }>> => {
    const definition = definitionIn<E>(input);
    const violations = await definitionViolations(ports, kind, definition);
    if (violations.length > 0) return invalid(violations);
    const command = defineCommand(kind, definition, context, agreed);
    const work = { decider: kind.decider, stream: kind.streamOf(definition), command, ifMatch: input.ifMatch };
    const outcome = await carryOut(ports.executor, work, context, ({ events, state }) => ({
      version: events.at(-1)?.data.version ?? state.current?.version ?? 0,
    }));
    // The next command of this instance must see the definition, whoever sends it.
    if (outcome.kind === 'done') await ports.catalog.waitFor(outcome.receipt.position);
    return outcome;
  };
