import { streamName } from '../../domain/eventLog.ts';
import { customerOf } from '../../domain/masterData/catalog.ts';
import type { CustomerDefined } from '../../domain/masterData/events.ts';
import * as masterData from '../../domain/masterData/masterData.ts';
import type { CrossReferenceDefined, PartnerDefined } from '../../domain/masterData/partnerEvents.ts';
import { crossReferenceReferences, partnerReferences } from '../../domain/masterData/partners.ts';
import * as references from '../../domain/masterData/references.ts';
import { inWordsInForce } from '../../domain/masterData/takeAccount.ts';
import type { DefinitionOf } from '../../domain/masterData/violation.ts';
import type { Application } from '../application.ts';
import { wordsInForce } from '../personal/sameText.ts';
import type { AppPorts } from './callPorts.ts';
import { type Definable, type Defining, definer } from './definer.ts';

/** EDI partners, and what they call things of ours. */
export type PartnerDataCalls = {
  readonly definePartner: Defining<PartnerDefined>;
  readonly defineCrossReference: Defining<CrossReferenceDefined>;
};

type Calls = PartnerDataCalls & Pick<Application, 'defineItem' | 'defineCustomer' | 'defineNode' | 'definePriceList'>;

const { nodeReferences } = references;

const namesPeople = ({ contacts, shipTos }: DefinitionOf<CustomerDefined>): boolean =>
  contacts !== undefined || shipTos.some(({ address }) => address !== undefined);

/** The catalogue has the name alone; addresses and contacts are in the customer's own stream. */
const customerInForce = async (
  { catalog, executor }: AppPorts,
  input: DefinitionOf<CustomerDefined>,
): Promise<CustomerDefined['data'] | null> => {
  const known = customerOf(catalog.current(), input.bu, input.customer);
  if (known === undefined || !namesPeople(input)) return known ?? null;
  const { state } = await executor.load(masterData.customerDecider, streamName('customer', input.bu, input.customer));
  return state.current;
};

/** Text that is in force is told as it is sealed there: to send a definition again is no new version. */
const defineCustomer = (ports: AppPorts): Calls['defineCustomer'] => {
  const define = definer<CustomerDefined>(ports, {
    decider: masterData.customerDecider,
    streamOf: ({ bu, customer }) => streamName('customer', bu, customer),
    references: references.customerReferences,
  });
  return async (input, context) => {
    if (ports.vault === undefined) return define(input, context);
    const inForce = await customerInForce(ports, input);
    const words = await wordsInForce(ports.vault, 'CustomerDefined', inForce);
    return define(inWordsInForce('CustomerDefined', inForce, input, words), context);
  };
};

export const definableCrossReference: Definable<CrossReferenceDefined> = {
  decider: masterData.crossReferenceDecider,
  streamOf: ({ bu, partner, kind }) => streamName('xref', bu, partner, kind),
  references: crossReferenceReferences,
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
    references: nodeReferences,
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
  defineCrossReference: definer(ports, definableCrossReference),
});
