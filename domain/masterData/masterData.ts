import { type Decider, refuse } from '../decider.ts';
import type {
  AccountMapPublished,
  BusinessUnitDefined,
  CustomerDefined,
  ItemDefined,
  MasterDataEvent,
  NodeDefined,
  PostingRulesPublished,
  PriceListDefined,
  TaxCodesPublished,
} from './events.ts';
import type { CrossReferenceDefined, PartnerDefined } from './partnerEvents.ts';
import { crossReferenceViolations, partnerViolations } from './partners.ts';
import { sameContent } from './sameContent.ts';
import {
  businessUnitViolations,
  customerViolations,
  itemViolations,
  nodeViolations,
  priceListViolations,
} from './validateDefinition.ts';
import { accountMapViolations, postingRulesViolations, taxCodesViolations } from './validatePolicy.ts';
import type { DefinitionOf, Violation } from './violation.ts';

/** The version in force; null before the first. */
export type Defined<E extends MasterDataEvent> = { readonly current: E['data'] | null };

/** A full replacement. `contentSha256` is for the policies (account map, posting rules, tax codes), over canonical JSON of the definition. */
export type Define<E extends MasterDataEvent> = {
  readonly type: 'Define';
  readonly definition: DefinitionOf<E>;
  readonly contentSha256?: string;
};

export type MasterDataDecider<E extends MasterDataEvent> = Decider<Defined<E>, Define<E>, E>;

type Kind<E extends MasterDataEvent> = {
  readonly category: string;
  readonly type: E['type'];
  readonly violations: (definition: DefinitionOf<E>) => readonly Violation[];
  /** What may never change once it was used: other facts were recorded in terms of it. */
  readonly fixed: readonly (keyof DefinitionOf<E> & string)[];
};

const fixedViolations = (
  fixed: readonly string[],
  before: Readonly<Record<string, unknown>> | null,
  after: Readonly<Record<string, unknown>>,
): readonly Violation[] =>
  fixed
    .filter((field) => before !== null && before[field] !== after[field])
    .map((field) => ({
      pointer: `/${field}`,
      code: 'FIXED_FOR_EVER',
      detail: `${field} is ${String(before?.[field])} and cannot change: quantities and amounts were recorded in it.`,
    }));

/** Version = previous + 1; the content that is in force already is no event. Refuses MASTER_DATA_INVALID with all violations. */
const deciderOf = <E extends MasterDataEvent>(kind: Kind<E>): MasterDataDecider<E> => ({
  category: kind.category,
  initial: { current: null },
  decide: (command, { current }) => {
    if (current !== null) {
      const { version: _version, contentSha256: _hash, ...content } = current as E['data'] & { contentSha256?: string };
      if (sameContent(content, command.definition)) return [];
    }
    const definition = command.definition as Readonly<Record<string, unknown>>;
    const violations = [
      ...fixedViolations(kind.fixed, current as Readonly<Record<string, unknown>> | null, definition),
      ...kind.violations(command.definition),
    ];
    if (violations.length > 0) {
      const detail = `The definition has ${violations.length} ${violations.length === 1 ? 'error' : 'errors'}.`;
      return refuse('MASTER_DATA_INVALID', detail, { violations });
    }
    const hash = command.contentSha256 === undefined ? {} : { contentSha256: command.contentSha256 };
    const data = { ...definition, version: (current?.version ?? 0) + 1, ...hash };
    return [{ type: kind.type, data } as unknown as E];
  },
  evolve: (_state, event) => ({ current: event.data }),
});

/** Stream `item-<bu>.<item>`. */
export const itemDecider = deciderOf<ItemDefined>({
  category: 'item',
  type: 'ItemDefined',
  violations: itemViolations,
  fixed: ['bu', 'item', 'baseUom', 'kind'],
});

/** Stream `customer-<bu>.<customer>`. */
export const customerDecider = deciderOf<CustomerDefined>({
  category: 'customer',
  type: 'CustomerDefined',
  violations: customerViolations,
  fixed: ['bu', 'customer'],
});

/** Stream `node-<bu>.<node>`. */
export const nodeDecider = deciderOf<NodeDefined>({
  category: 'node',
  type: 'NodeDefined',
  violations: nodeViolations,
  fixed: ['bu', 'node'],
});

/** Stream `pricelist-<bu>.<priceListId>`. */
export const priceListDecider = deciderOf<PriceListDefined>({
  category: 'pricelist',
  type: 'PriceListDefined',
  violations: priceListViolations,
  fixed: ['bu', 'priceListId', 'currency'],
});

/** Stream `partner-<bu>.<partner>`. Their documents are one customer's for ever; who speaks for another one is another partner. */
export const partnerDecider = deciderOf<PartnerDefined>({
  category: 'partner',
  type: 'PartnerDefined',
  violations: partnerViolations,
  fixed: ['bu', 'partner', 'soldTo'],
});

/** Stream `xref-<bu>.<partner>.<kind>`. */
export const crossReferenceDecider = deciderOf<CrossReferenceDefined>({
  category: 'xref',
  type: 'CrossReferenceDefined',
  violations: crossReferenceViolations,
  fixed: ['bu', 'partner', 'kind'],
});

/** Stream `bu-<bu>.profile`. */
export const businessUnitDecider = deciderOf<BusinessUnitDefined>({
  category: 'bu',
  type: 'BusinessUnitDefined',
  violations: businessUnitViolations,
  fixed: ['bu', 'ledger', 'currency'],
});

/** Stream `policy-<bu>.accounts`. */
export const accountMapDecider = deciderOf<AccountMapPublished>({
  category: 'policy',
  type: 'AccountMapPublished',
  violations: accountMapViolations,
  fixed: ['bu', 'ledger'],
});

/** Stream `policy-<bu>.posting`. */
export const postingRulesDecider = deciderOf<PostingRulesPublished>({
  category: 'policy',
  type: 'PostingRulesPublished',
  violations: postingRulesViolations,
  fixed: ['bu', 'ledger'],
});

/** Stream `policy-<bu>.taxcodes`. */
export const taxCodesDecider = deciderOf<TaxCodesPublished>({
  category: 'policy',
  type: 'TaxCodesPublished',
  violations: taxCodesViolations,
  fixed: ['bu'],
});
