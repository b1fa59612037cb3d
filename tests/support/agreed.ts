import type { Answered } from '../api/conformance.ts';
import { call, keys, type TestApi } from '../api/testApi.ts';

/** Somebody else agrees to what a request was refused APPROVAL_REQUIRED for; `token` is whose. */
export const agree = (
  api: Pick<TestApi, 'app'>,
  { body: { approvalId, payloadSha256 } }: Pick<Answered, 'body'>,
  token: string = keys.admin2,
): Promise<Answered> =>
  call(api, 'POST', `/v1/approvals/${approvalId}/decisions`, {
    token,
    body: { decision: 'GRANT', payloadSha256, reason: 'looked at it' },
  });

/** Publishes a rule set in the place of the one in force: it is asked for, a second admin agrees, and it is sent again. */
export const publishAgreed = async (api: Pick<TestApi, 'app'>, path: string, body: object): Promise<Answered> => {
  const send = (): Promise<Answered> => call(api, 'PUT', path, { role: 'admin', body });
  const asked = await send();
  if (asked.body.code !== 'APPROVAL_REQUIRED') return asked;
  await agree(api, asked);
  return send();
};
