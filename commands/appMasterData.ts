import { isRefusal } from '../domain/decider.ts';
import { type StreamName, streamName } from '../domain/eventLog.ts';
import { type Catalog, customerOf } from '../domain/masterData/catalog.ts';
import type { MasterDataEvent } from '../domain/masterData/events.ts';
import * as masterData from '../domain/masterData/masterData.ts';
import type { CrossReferenceDefined, PartnerDefined } from '../domain/masterData/partnerEvents.ts';
import { crossReferenceReferences, partnerReferences } from '../domain/masterData/partners.ts';
import * as references from '../domain/masterData/references.ts';
import type { DefinitionOf } from '../domain/masterData/violation.ts';
import type { Application, Outcome, Violation } from './application.ts';
import type { WithRevision } from './applicationInputs.ts';
import type { AppPorts } from './appPorts.ts';
import { contentSha256 } from './canonicalJson.ts';
import { carryOut } from './carryOut.ts';
import { invalid } from './outcome.ts';
import { asInForce } from './personal/sameText.ts';
import type { CommandContext } from './ports.ts';
import { missingIn } from './upToDate.ts';

type Kind<E extends MasterDataEvent> = {
  readonly decider: masterData.MasterDataDecider<E>;
  readonly streamOf: (definition: DefinitionOf<E>) => StreamName;
  readonly references: (definition: DefinitionOf<E>, catalog: Catalog) => readonly Violation[];
  /** Policies carry the hash of their content. */
  readonly hashed?: true;
};

/** What is wrong with the definition by itself, before anything of it becomes part of a stream name. */
const ownViolations = <E extends MasterDataEvent>(kind: Kind<E>, definition: DefinitionOf<E>): readonly Violation[] => {
  const outcome = kind.decider.decide({ type: 'Define', definition }, kind.decider.initial);
  return isRefusal(outcome) ? ((outcome.data?.violations ?? []) as readonly Violation[]) : [];
};

const definer =
  <E extends MasterDataEvent>({ executor, catalog }: AppPorts, kind: Kind<E>) =>
  async (
    input: DefinitionOf<E> & WithRevision,
    context: CommandContext,
  ): Promise<Outcome<{ readonly version: number }>> => {
    const { ifMatch, ...rest } = input;
    const definition = rest as unknown as DefinitionOf<E>;
    const unknown = await missingIn(catalog, (current) => kind.references(definition, current));
    const violations = [...ownViolations(kind, definition), ...unknown];
    if (violations.length > 0) return invalid(violations);
    const hash = kind.hashed === true ? { contentSha256: contentSha256(definition) } : {};
    const command = { type: 'Define' as const, definition, ...hash };
    const work = { decider: kind.decider, stream: kind.streamOf(definition), command, ifMatch };
    const outcome = await carryOut(executor, work, context, ({ events, state }) => ({
      version: events.at(-1)?.data.version ?? state.current?.version ?? 0,
    }));
    // The next command of this instance must see the definition, whoever sends it.
    if (outcome.kind === 'done') await catalog.waitFor(outcome.receipt.position);
    return outcome;
  };

type Define<E extends MasterDataEvent> = (
  input: DefinitionOf<E> & WithRevision,
  context: CommandContext,
) => Promise<Outcome<{ readonly version: number }>>;

/** EDI partners, and what they call things of ours. */
export type PartnerDataCalls = {
  readonly definePartner: Define<PartnerDefined>;
  readonly defineCrossReference: Define<CrossReferenceDefined>;
};

type Calls = PartnerDataCalls &
  Pick<
    Application,
    | 'defineItem'
    | 'defineCustomer'
    | 'defineNode'
    | 'definePriceList'
    | 'defineBusinessUnit'
    | 'publishAccountMap'
    | 'publishPostingRules'
    | 'publishTaxCodes'
  >;

const { buReference } = references;

/** A name that is in force is told as it is sealed there: to send a definition again is no new version. */
const defineCustomer = (ports: AppPorts): Calls['defineCustomer'] => {
  const define = definer(ports, {
    decider: masterData.customerDecider,
    streamOf: ({ bu, customer }) => streamName('customer', bu, customer),
    references: references.customerReferences,
  });
  return async (input, context) => {
    const { vault, catalog } = ports;
    const inForce = customerOf(catalog.current(), input.bu, input.customer)?.name;
    const name = vault === undefined ? input.name : await asInForce(vault, inForce, input.name);
    return define({ ...input, name }, context);
  };
};

/** Master data are events too: full, versioned replacements that later events pin. */
export const masterDataCalls = (ports: AppPorts): Calls => ({
  defineItem: definer(ports, {
    decider: masterData.itemDecider,
    streamOf: ({ bu, item }) => streamName('item', bu, item),
    references: references.itemReferences,
  }),
  defineCustomer: defineCustomer(ports),
  defineNode: definer(ports, {
    decider: masterData.nodeDecider,
    streamOf: ({ bu, node }) => streamName('node', bu, node),
    references: ({ bu }, catalog) => buReference(bu, catalog),
  }),
  definePriceList: definer(ports, {
    decider: masterData.priceListDecider,
    streamOf: ({ bu, priceListId }) => streamName('pricelist', bu, priceListId),
    references: references.priceListReferences,
  }),
  definePartner: definer(ports, {
    decider: masterData.partnerDecider,
    streamOf: ({ bu, partner }) => streamName('partner', bu, partner),
    references: partnerReferences,
  }),
  defineCrossReference: definer(ports, {
    decider: masterData.crossReferenceDecider,
    streamOf: ({ bu, partner, kind }) => streamName('xref', bu, partner, kind),
    references: crossReferenceReferences,
  }),
  defineBusinessUnit: definer(ports, {
    decider: masterData.businessUnitDecider,
    streamOf: ({ bu }) => streamName('bu', bu, 'profile'),
    references: () => [],
  }),
  publishAccountMap: definer(ports, {
    decider: masterData.accountMapDecider,
    streamOf: ({ bu }) => streamName('policy', bu, 'accounts'),
    references: references.ledgerReference,
    hashed: true,
  }),
  publishPostingRules: definer(ports, {
    decider: masterData.postingRulesDecider,
    streamOf: ({ bu }) => streamName('policy', bu, 'posting'),
    references: references.ledgerReference,
    hashed: true,
  }),
  publishTaxCodes: definer(ports, {
    decider: masterData.taxCodesDecider,
    streamOf: ({ bu }) => streamName('policy', bu, 'taxcodes'),
    references: ({ bu }, catalog) => buReference(bu, catalog),
    hashed: true,
  }),
});
