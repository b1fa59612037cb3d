import { isRefusal } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import type {
  AccountMapPublished,
  BusinessUnitDefined,
  IntercompanyPublished,
  LateSupplyPublished,
  PostingRulesPublished,
  TaxCodesPublished,
} from '../../domain/masterData/events.ts';
import {
  accountMapDecider,
  businessUnitDecider,
  contentOf,
  intercompanyDecider,
  lateSupplyDecider,
  postingRulesDecider,
  taxCodesDecider,
} from '../../domain/masterData/masterData.ts';
import {
  accountMapParts,
  businessUnitParts,
  differencesBetween,
  differencesInWords,
  intercompanyParts,
  lateSupplyParts,
  type PolicyChange,
  type PolicyParts,
  postingRulesParts,
  taxCodesParts,
} from '../../domain/masterData/policyChange.ts';
import { buReference, intercompanyReferences, ledgerReference } from '../../domain/masterData/references.ts';
import type { DefinitionOf } from '../../domain/masterData/violation.ts';
import type { Outcome, Violation } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { invalid } from '../outcome.ts';
import type { ApprovalCalls, NeedsApproval } from './approvals.ts';
import type { AppPorts } from './callPorts.ts';
import {
  type Definable,
  type Defining,
  defineCommand,
  definer,
  definitionIn,
  definitionViolations,
  violationsIn,
} from './definer.ts';

type PolicyEvent =
  | AccountMapPublished
  | BusinessUnitDefined
  | IntercompanyPublished
  | LateSupplyPublished
  | PostingRulesPublished
  | TaxCodesPublished;

type Policy<E extends PolicyEvent> = Definable<E> & {
  readonly name: 'accounts' | 'posting' | 'tax-codes' | 'late-supply' | 'intercompany' | 'business-unit';
  readonly title: string;
  readonly subjectOf: (bu: string) => NeedsApproval['subject'];
  readonly linkOf: (bu: string) => string;
  readonly partsOf: (definition: DefinitionOf<E>) => PolicyParts;
};

/**
 * Each puts a rule set in force. The first version of a business unit is its setting up. For another one the answer is
 * APPROVAL_REQUIRED, until somebody else agreed to this very content in the place of the version in force; of a business unit
 * itself for one that raises a limit up to which one person decides alone.
 */
export type PolicyCalls = {
  readonly defineBusinessUnit: Defining<BusinessUnitDefined>;
  readonly publishAccountMap: Defining<AccountMapPublished>;
  readonly publishPostingRules: Defining<PostingRulesPublished>;
  readonly publishTaxCodes: Defining<TaxCodesPublished>;
  readonly publishLateSupply: Defining<LateSupplyPublished>;
  readonly publishIntercompany: Defining<IntercompanyPublished>;
  /** What the same would come to now. Writes nothing and asks nobody. */
  readonly previewAccountMap: Previewing<AccountMapPublished>;
  readonly previewPostingRules: Previewing<PostingRulesPublished>;
  readonly previewTaxCodes: Previewing<TaxCodesPublished>;
  readonly previewLateSupply: Previewing<LateSupplyPublished>;
  readonly previewIntercompany: Previewing<IntercompanyPublished>;
};

export type PolicyPreview = {
  /** That it would have; where it says what is in force already, the version in force. */
  readonly version: number;
  readonly needsApproval: boolean;
  readonly change: Omit<PolicyChange, 'replaces'> & { readonly replaces: PolicyChange['replaces'] | null };
};

type Previewing<E extends PolicyEvent> = (
  definition: DefinitionOf<E>,
) => Promise<
  | { readonly kind: 'previewed'; readonly value: PolicyPreview }
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] }
>;

/** That of a business unit is not kept with it. */
const hashOf = (current: PolicyEvent['data'], content: object): string =>
  'contentSha256' in current ? current.contentSha256 : contentSha256(content);

const changeOf = <E extends PolicyEvent>(
  { partsOf }: Policy<E>,
  definition: DefinitionOf<E>,
  current: E['data'],
): PolicyChange => {
  const before = contentOf<E>(current);
  return {
    replaces: { version: current.version, contentSha256: hashOf(current, before) },
    contentSha256: contentSha256(definition),
    differences: differencesBetween(partsOf(before), partsOf(definition)),
  };
};

const needOf = <E extends PolicyEvent>(
  policy: Policy<E>,
  definition: DefinitionOf<E>,
  current: E['data'],
): NeedsApproval => {
  const { name, title, subjectOf, linkOf } = policy;
  const { bu, version } = current;
  const change = changeOf(policy, definition, current);
  const { differences, ...hashes } = change;
  const next = `Version ${version + 1} of the ${title}`;
  return {
    duty: 'POLICY_PUBLISHING',
    subject: subjectOf(bu),
    payload: { bu, policy: name, ...hashes },
    summary: `${next} of ${bu}: ${differencesInWords(differences)}.`,
    link: linkOf(bu),
    limit: null,
    involved: [],
    reason: next,
    aboutBu: bu,
    change,
  };
};

const isApprovalRequired = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'refused' && outcome.refusal.refused === 'APPROVAL_REQUIRED';

const publisher = <E extends PolicyEvent>(
  ports: AppPorts,
  { requireApproval }: Pick<ApprovalCalls, 'requireApproval'>,
  policy: Policy<E>,
): Defining<E> => {
  const define = definer(ports, policy);
  const publish: Defining<E> = async (input, context) => {
    const outcome = await define(input, context);
    if (!isApprovalRequired(outcome)) return outcome;
    const definition = definitionIn<E>(input);
    const { state } = await ports.executor.load(policy.decider, policy.streamOf(definition));
    const expected = policy.decider.decide(defineCommand(policy, definition, context), state);
    // Somebody has published the very same meanwhile: nobody is asked for what is no change.
    if (state.current === null || !isRefusal(expected)) return define(input, context);
    const { claims: _claims, ...asking } = context;
    const approval = await requireApproval(needOf(policy, definition, state.current), asking);
    if (approval.kind !== 'done') return approval;
    const { approvalId, approvedBy: agreedBy } = approval.value;
    const published = await define(input, context, { approvalId, agreedBy, replaces: state.current.version });
    // Another version came into force meanwhile, so what would be different is looked at once more.
    return isApprovalRequired(published) ? publish(input, context) : published;
  };
  return publish;
};

const previewer =
  <E extends PolicyEvent>(ports: AppPorts, policy: Policy<E>): Previewing<E> =>
  async (definition) => {
    const violations = await definitionViolations(ports, policy, definition);
    if (violations.length > 0) return invalid(violations);
    const { state } = await ports.executor.load(policy.decider, policy.streamOf(definition));
    const decided = policy.decider.decide({ type: 'Define', definition }, state);
    const against = violationsIn(decided);
    if (against.length > 0) return invalid(against);
    const { current } = state;
    const added = { replaces: null, contentSha256: contentSha256(definition) };
    const change =
      current === null
        ? { ...added, differences: differencesBetween({}, policy.partsOf(definition)) }
        : changeOf(policy, definition, current);
    const needsApproval = isRefusal(decided);
    const isNew = needsApproval || decided.length > 0;
    const version = (current?.version ?? 0) + (isNew ? 1 : 0);
    return { kind: 'previewed', value: { version, needsApproval, change } };
  };

const atPolicies = <Name extends Exclude<Policy<PolicyEvent>['name'], 'business-unit'>>(name: Name) => ({
  name,
  subjectOf: (bu: string) => ({ kind: 'policy', id: `${bu}.${name}` }),
  linkOf: (bu: string) => `/v1/policies/${bu}/${name}`,
});

const accounts: Policy<AccountMapPublished> = {
  ...atPolicies('accounts'),
  title: 'account map',
  partsOf: accountMapParts,
  decider: accountMapDecider,
  streamOf: ({ bu }) => streamName('policy', bu, 'accounts'),
  references: ledgerReference,
  hashed: true,
};

const posting: Policy<PostingRulesPublished> = {
  ...atPolicies('posting'),
  title: 'posting rules',
  partsOf: postingRulesParts,
  decider: postingRulesDecider,
  streamOf: ({ bu }) => streamName('policy', bu, 'posting'),
  references: ledgerReference,
  hashed: true,
};

const taxCodes: Policy<TaxCodesPublished> = {
  ...atPolicies('tax-codes'),
  title: 'tax codes',
  partsOf: taxCodesParts,
  decider: taxCodesDecider,
  streamOf: ({ bu }) => streamName('policy', bu, 'taxcodes'),
  references: ({ bu }, catalog) => buReference(bu, catalog),
  hashed: true,
};

const lateSupply: Policy<LateSupplyPublished> = {
  ...atPolicies('late-supply'),
  title: 'late-supply policy',
  partsOf: lateSupplyParts,
  decider: lateSupplyDecider,
  streamOf: ({ bu }) => streamName('policy', bu, 'latesupply'),
  references: ({ bu }, catalog) => buReference(bu, catalog),
  hashed: true,
};

const intercompany: Policy<IntercompanyPublished> = {
  ...atPolicies('intercompany'),
  title: 'intercompany policy',
  partsOf: intercompanyParts,
  decider: intercompanyDecider,
  streamOf: ({ bu }) => streamName('policy', bu, 'intercompany'),
  references: intercompanyReferences,
  hashed: true,
};

const businessUnit: Policy<BusinessUnitDefined> = {
  name: 'business-unit',
  title: 'definition',
  subjectOf: (bu) => ({ kind: 'business-unit', id: bu }),
  linkOf: (bu) => `/v1/business-units/${bu}`,
  partsOf: businessUnitParts,
  decider: businessUnitDecider,
  streamOf: ({ bu }) => streamName('bu', bu, 'profile'),
  references: () => [],
};

/** How each is defined, by the words for it in addresses. */
export const definablePolicies = {
  ...{ accounts, posting, 'tax-codes': taxCodes },
  ...{ 'late-supply': lateSupply, 'business-unit': businessUnit },
} as const;

export const policyCalls = (ports: AppPorts, approvals: Pick<ApprovalCalls, 'requireApproval'>): PolicyCalls => ({
  defineBusinessUnit: publisher(ports, approvals, businessUnit),
  publishAccountMap: publisher(ports, approvals, accounts),
  publishPostingRules: publisher(ports, approvals, posting),
  publishTaxCodes: publisher(ports, approvals, taxCodes),
  publishLateSupply: publisher(ports, approvals, lateSupply),
  publishIntercompany: publisher(ports, approvals, intercompany),
  previewAccountMap: previewer(ports, accounts),
  previewPostingRules: previewer(ports, posting),
  previewTaxCodes: previewer(ports, taxCodes),
  previewLateSupply: previewer(ports, lateSupply),
  previewIntercompany: previewer(ports, intercompany),
});
