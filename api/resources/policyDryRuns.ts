import { z } from 'zod';
import type { Application } from '../../commands/application.ts';
import type { PolicyPreview } from '../../commands/calls/policies.ts';
import { requireScope } from '../authorise.ts';
import type { Operation } from '../permissions.ts';
import type { ProblemError } from '../problem.ts';
import { check, type Route } from '../route.ts';
import { code } from '../schemas/fields.ts';
import { intercompanyBody } from '../schemas/intercompany.ts';
import { lateSupplyBody } from '../schemas/lateSupply.ts';
import { accountMapBody, postingRulesBody, taxCodesBody } from '../schemas/masterData.ts';
import { policyDryRun } from '../schemas/policies.ts';
import { invalid } from '../violations.ts';

type Previewed =
  | { readonly kind: 'previewed'; readonly value: PolicyPreview }
  | { readonly kind: 'invalid'; readonly violations: readonly ProblemError[] };

const dryRun = <B extends z.ZodType<object>>(declared: {
  readonly operation: Operation;
  readonly path: `/v1/policies/{bu}/${string}/dry-runs`;
  readonly summary: string;
  readonly body: B;
  readonly preview: (
    application: Application,
  ) => (definition: { readonly bu: string } & z.output<B>) => Promise<Previewed>;
}): Route =>
  check({
    operation: declared.operation,
    path: declared.path,
    tag: 'Master data',
    summary: declared.summary,
    description:
      'Changes nothing, keeps nothing and asks nobody, so it needs no key. What publishing it would be refused for as invalid, this is refused for.',
    params: z.strictObject({ bu: code }),
    body: declared.body,
    answer: policyDryRun,
    models: ['master_data'],
    refusals: [],
    handle: async (input, call, deps) => {
      const { bu } = input.params;
      requireScope(call.principal, { bu });
      const previewed = await declared.preview(deps.application)({ bu, ...(input.body as z.output<B>) });
      if (previewed.kind === 'invalid') throw invalid(previewed.violations);
      return { bu, ...previewed.value };
    },
  });

export const policyDryRunRoutes: readonly Route[] = [
  dryRun({
    operation: 'dryRunAccountMap',
    path: '/v1/policies/{bu}/accounts/dry-runs',
    summary: 'What an account map would change, before it is published',
    body: accountMapBody,
    preview: (application) => application.previewAccountMap,
  }),
  dryRun({
    operation: 'dryRunPostingRules',
    path: '/v1/policies/{bu}/posting/dry-runs',
    summary: 'What posting rules would change, before they are published',
    body: postingRulesBody,
    preview: (application) => application.previewPostingRules,
  }),
  dryRun({
    operation: 'dryRunTaxCodes',
    path: '/v1/policies/{bu}/tax-codes/dry-runs',
    summary: 'What tax codes would change, before they are published',
    body: taxCodesBody,
    preview: (application) => application.previewTaxCodes,
  }),
  dryRun({
    operation: 'dryRunLateSupply',
    path: '/v1/policies/{bu}/late-supply/dry-runs',
    summary: 'What a late-supply policy would change, before it is published',
    body: lateSupplyBody,
    preview: (application) => application.previewLateSupply,
  }),
  dryRun({
    operation: 'dryRunIntercompany',
    path: '/v1/policies/{bu}/intercompany/dry-runs',
    summary: 'What an intercompany policy would change, before it is published',
    body: intercompanyBody,
    preview: (application) => application.previewIntercompany,
  }),
];
