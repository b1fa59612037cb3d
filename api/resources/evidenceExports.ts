import { z } from 'zod';
import { derivedUlid } from '../../commands/eventIds.ts';
import { sha256 } from '../../commands/evidence/sha256.ts';
import { envelop } from '../../commands/metadata.ts';
import type { NewEvent } from '../../domain/eventLog.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { Bundle } from '../../domain/evidence/bundle.ts';
import { contentHash } from '../../domain/evidence/checkBundle.ts';
import type { EvidenceExported } from '../../domain/evidence/events.ts';
import { isBundle } from '../../domain/evidence/shape.ts';
import { requireScope } from '../authorise.ts';
import type { ApiDeps } from '../deps.ts';
import { damage } from '../evidence/damage.ts';
import { type ExportRequest, exportBundle } from '../evidence/exportBundle.ts';
import { HttpProblem } from '../problem.ts';
import { type CommandCall, longCommand, type Route, read } from '../route.ts';
import { evidenceExport, exportBody, exportMade } from '../schemas/evidence.ts';
import { ulid } from '../schemas/fields.ts';
import { catchUp } from '../waitForPosition.ts';

const tag = 'Audit';

const models = ['gl_staging', 'event_index'] as const;

type Made = Bundle & { readonly manifest: NonNullable<Bundle['manifest']> };

/** A bundle as it was kept. Throws `HttpProblem` when that is none any more. */
const bundleIn = (text: string | undefined): unknown => {
  let bundle: unknown;
  try {
    bundle = JSON.parse(text ?? '');
  } catch {}
  if (!isBundle(bundle)) throw damage('The bundle of this export is not what was kept any more. Make another one.');
  return bundle;
};

/** Made once for a command: whoever runs it again after a kill hands over what the first attempt kept. */
const madeOnce = async (deps: ApiDeps, request: ExportRequest, call: CommandCall): Promise<Made> => {
  const { exports } = deps.evidence;
  if ((await exports.kept(request.exportId)) === undefined) {
    // It is signed as the whole of something: nothing that the log holds by now may be missing in it.
    await catchUp(deps, request.scope.kind === 'audit-sample' ? [...models, 'audit_samples'] : models);
    const bundle = await exportBundle(deps, request, call.scope);
    await exports.keep(request.exportId, request.bu, JSON.stringify(bundle));
  }
  return bundleIn(await exports.kept(request.exportId)) as Made;
};

/** First the log says who takes what out of the house, then it can be read. */
const record = async (deps: ApiDeps, { manifest }: Made, call: CommandCall) => {
  const { content } = manifest;
  const { exportId, bu, scope, treeSize, journals, events } = content;
  const stream = streamName('export', bu, exportId);
  const contentSha256 = contentHash(sha256, content);
  const data = { exportId, bu, scope, treeSize, journals, events, contentSha256, requestedBy: call.context.actor.id };
  const [event] = envelop<EvidenceExported>(stream, [{ type: 'EvidenceExported', data }], call.context) as readonly [
    NewEvent,
  ];
  const outcome = await deps.log.store.append(stream, 'no-stream', [event]);
  if (outcome.kind === 'conflict')
    throw new HttpProblem('REQUEST_IN_PROGRESS', 'This export is being made.', { retain: false });
  await deps.evidence.exports.handOver(exportId, outcome.position);
  const { revision, position, recordedAt } = outcome;
  return { contentSha256, receipt: { commandId: call.context.commandId, stream, revision, position, recordedAt } };
};

const asked = (
  scope: z.output<typeof exportBody>['scope'],
  exportId: string,
): Pick<ExportRequest, 'scope' | 'partMax'> => {
  if (scope.kind === 'sample') return { scope: { ...scope, seed: scope.seed ?? exportId } };
  if (scope.kind !== 'period') return { scope };
  const { partJournals, ...period } = scope;
  return { scope: period, ...(partJournals !== undefined && { partMax: partJournals }) };
};

const makeExport = longCommand({
  operation: 'exportEvidence',
  path: '/v1/audit/exports',
  tag,
  summary:
    'Make a signed bundle of an order, a period, a reproducible sample or a sample that was drawn; the log keeps who took what',
  body: exportBody,
  status: 201,
  answer: exportMade,
  refusals: [404, 409],
  creates: true,
  handle: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu });
    const exportId = derivedUlid(`export:${call.context.commandId}`);
    const request = { exportId, bu: body.bu, ...asked(body.scope, exportId), exportedAt: deps.clock() };
    const made = await madeOnce(deps, request, call);
    const { content } = made.manifest;
    const { contentSha256, receipt } = await record(deps, made, call);
    return {
      body: { ...content, contentSha256, receipt },
      location: `/v1/audit/exports/${exportId}`,
      position: receipt.position,
    };
  },
});

const readExport = read({
  operation: 'readEvidenceExport',
  path: '/v1/audit/exports/{exportId}',
  tag,
  summary: 'The signed bundle of an export, as it was made',
  params: z.strictObject({ exportId: ulid }),
  answer: evidenceExport,
  models: ['event_index'],
  refusals: [404, 409],
  handle: async ({ params }, call, deps) => {
    const text = await deps.evidence.exports.read(params.exportId, call.scope?.bus);
    return text === undefined ? undefined : (bundleIn(text) as z.input<typeof evidenceExport>);
  },
});

export const evidenceExportRoutes: readonly Route[] = [makeExport, readExport];
