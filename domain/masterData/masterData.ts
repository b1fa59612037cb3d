import { type Decider, type Refusal, refuse } from '../decider.ts';
import { minor } from '../money.ts';
import type {
  AccountMapPublished,
  BusinessUnitDefined,
  CustomerDefined,
  IntercompanyPublished,
  ItemDefined,
  LateSupplyPublished,
  MasterDataEvent,
  NodeDefined,
  PostingRulesPublished,
  PriceListDefined,
  TaxCodesPublished,
} from './events.ts';
import type { CrossReferenceDefined, PartnerDefined } from './partnerEvents.ts';
import { crossReferenceViolations, partnerViolations } from './partners.ts';
import { sameContent } from './sameContent.ts';
import { decideAccount, type TakeAccount } from './takeAccount.ts';
import {
  businessUnitViolations,
  customerViolations,
  itemViolations,
  nodeViolations,
  priceListViolations,
} from './validateDefinition.ts';
import {
  accountMapViolations,
  intercompanyKept,
  intercompanyViolations,
  lateSupplyViolations,
  postingRulesViolations,
  taxCodesViolations,
} from './validatePolicy.ts';
import type { DefinitionOf, Violation } from './violation.ts';

/** The version in force; null before the first. */
export type Defined<E extends MasterDataEvent> = { readonly current: E['data'] | null };

/** What somebody else agreed to: this very content in the place of the version `replaces`. */
export type Agreement = { readonly approvalId: string; readonly agreedBy: string; readonly replaces: number };

/**
 * A full replacement. `contentSha256` is for the policies (account map, posting rules, tax codes, late supply), over canonical JSON of the
 * definition. `by` is who publishes it.
 */
export type Define<E extends MasterDataEvent> = {
  readonly type: 'Define';
  readonly definition: DefinitionOf<E>;
  readonly contentSha256?: string;
  readonly by?: string;
  readonly agreed?: Agreement | undefined;
};

export type MasterDataDecider<E extends MasterDataEvent> = Decider<Defined<E>, Define<E>, E>;

type Decided<E extends MasterDataEvent> = readonly E[] | Refusal;

type Kind<E extends MasterDataEvent, Also> = {
  readonly category: string;
  readonly type: E['type'];
  readonly violations: (definition: DefinitionOf<E>) => readonly Violation[];
  /** What may never change once it was used: other facts were recorded in terms of it. */
  readonly fixed: readonly (keyof DefinitionOf<E> & string)[];
  /** What another version may not leave out or change; absent: it may all. */
  readonly kept?: (before: DefinitionOf<E>, after: DefinitionOf<E>) => readonly Violation[];
  /** Whether another version takes a second person who agrees; absent: none does. */
  readonly agreed?: (before: E['data'], after: DefinitionOf<E>) => boolean;
  /** Decides what else can be asked of it; `define` puts in force what that comes to. */
  readonly also?: (
    command: Also,
    current: E['data'] | null,
    define: (definition: DefinitionOf<E>) => Decided<E>,
  ) => Decided<E>;
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

type Content = Readonly<Record<string, unknown>>;

/** What was defined, without what the service added. */
export const contentOf = <E extends MasterDataEvent>(data: E['data']): DefinitionOf<E> => {
  const {
    version: _version,
    contentSha256: _hash,
    approvalId: _approval,
    crmAccount: _account,
    ...content
  } = data as unknown as Content;
  return content as unknown as DefinitionOf<E>;
};

/** Whoever defines a customer does not change whose account it is. */
const keptAccount = (current: object | null): Content => {
  const { crmAccount } = (current ?? {}) as Content;
  return crmAccount === undefined ? {} : { crmAccount };
};

/** What was agreed to in the place of another version is not: other things would be different. */
const notAgreed = (
  current: number,
  { agreed, by }: Pick<Define<MasterDataEvent>, 'agreed' | 'by'>,
): Refusal | undefined => {
  if (agreed?.replaces !== current) {
    return refuse('APPROVAL_REQUIRED', `Version ${current} is in force; a second person has to agree to another one.`);
  }
  if (agreed.agreedBy === by) return refuse('SOD_VIOLATION', 'Who agreed to it does not publish it.');
  return undefined;
};

/**
 * Version = previous + 1; the content that is in force already is no event. Refuses MASTER_DATA_INVALID with all violations, and
 * what takes a second person in the place of another version APPROVAL_REQUIRED, and SOD_VIOLATION to who agreed.
 */
const deciderOf = <E extends MasterDataEvent, Also extends { readonly type: string } = never>(
  kind: Kind<E, Also>,
): Decider<Defined<E>, Define<E> | Also, E> => {
  const define = (command: Define<E>, current: E['data'] | null): Decided<E> => {
    if (current !== null && sameContent(contentOf<E>(current), command.definition)) return [];
    const definition = command.definition as Readonly<Record<string, unknown>>;
    const violations = [
      ...fixedViolations(kind.fixed, current as Readonly<Record<string, unknown>> | null, definition),
      ...kind.violations(command.definition),
      ...(current === null ? [] : (kind.kept?.(contentOf<E>(current), command.definition) ?? [])),
    ];
    if (violations.length > 0) {
      const detail = `The definition has ${violations.length} ${violations.length === 1 ? 'error' : 'errors'}.`;
      return refuse('MASTER_DATA_INVALID', detail, { violations });
    }
    const replaced = current !== null && kind.agreed?.(current, command.definition) === true ? current : null;
    const refusal = replaced === null ? undefined : notAgreed(replaced.version, command);
    if (refusal !== undefined) return refusal;
    const hash = command.contentSha256 === undefined ? {} : { contentSha256: command.contentSha256 };
    const approval = replaced === null ? {} : { approvalId: command.agreed?.approvalId };
    const account = keptAccount(current);
    const data = { ...definition, version: (current?.version ?? 0) + 1, ...hash, ...approval, ...account };
    return [{ type: kind.type, data } as unknown as E];
  };
  return {
    category: kind.category,
    initial: { current: null },
    decide: (command, { current }) => {
      if (command.type === 'Define') return define(command as Define<E>, current);
      return (
        kind.also?.(command as Also, current, (definition) => define({ type: 'Define', definition }, current)) ?? []
      );
    },
    evolve: (_state, event) => ({ current: event.data }),
  };
};

/** Up to here one person decides alone, in minor units of the currency of the business unit; absent: nobody does. */
const limits = ['creditMemoLimit', 'writeOffLimit', 'costCorrectionLimit', 'taxDifferenceLimit', 'giftLimit'] as const;

/** A rule that gives goods away asks nobody any more, so another one takes two people. */
const givesAwayElse = (before: BusinessUnitDefined['data'], after: DefinitionOf<BusinessUnitDefined>): boolean =>
  (after.overshipments ?? []).some(({ outcome }) => outcome === 'GIFT') &&
  !sameContent(before.overshipments, after.overshipments);

/** Who could raise a limit alone would need nobody for anything. A lower one asks more people, and nobody for itself. */
const raisesLimit = (before: BusinessUnitDefined['data'], after: DefinitionOf<BusinessUnitDefined>): boolean =>
  limits.some((limit) => minor(after[limit] ?? '0') > minor(before[limit] ?? '0')) || givesAwayElse(before, after);

/** What every later journal, or promise, follows. */
const always = () => true;

/** Stream `item-<bu>.<item>`. */
export const itemDecider = deciderOf<ItemDefined>({
  category: 'item',
  type: 'ItemDefined',
  violations: itemViolations,
  fixed: ['bu', 'item', 'baseUom', 'kind'],
});

/** Stream `customer-<bu>.<customer>`: what people define of a customer, and what a CRM says of it. */
export const customerDecider = deciderOf<CustomerDefined, TakeAccount>({
  category: 'customer',
  type: 'CustomerDefined',
  violations: customerViolations,
  fixed: ['bu', 'customer'],
  also: decideAccount,
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
  agreed: raisesLimit,
});

/** Stream `policy-<bu>.accounts`. */
export const accountMapDecider = deciderOf<AccountMapPublished>({
  category: 'policy',
  type: 'AccountMapPublished',
  violations: accountMapViolations,
  fixed: ['bu', 'ledger'],
  agreed: always,
});

/** Stream `policy-<bu>.posting`. */
export const postingRulesDecider = deciderOf<PostingRulesPublished>({
  category: 'policy',
  type: 'PostingRulesPublished',
  violations: postingRulesViolations,
  fixed: ['bu', 'ledger'],
  agreed: always,
});

/** Stream `policy-<bu>.taxcodes`. */
export const taxCodesDecider = deciderOf<TaxCodesPublished>({
  category: 'policy',
  type: 'TaxCodesPublished',
  violations: taxCodesViolations,
  fixed: ['bu'],
  agreed: always,
});

/** Stream `policy-<bu>.latesupply`. */
export const lateSupplyDecider = deciderOf<LateSupplyPublished>({
  category: 'policy',
  type: 'LateSupplyPublished',
  violations: lateSupplyViolations,
  fixed: ['bu'],
  agreed: always,
});

/** Stream `policy-<bu>.intercompany`. */
export const intercompanyDecider = deciderOf<IntercompanyPublished>({
  category: 'policy',
  type: 'IntercompanyPublished',
  violations: intercompanyViolations,
  fixed: ['bu'],
  kept: intercompanyKept,
  agreed: always,
});
