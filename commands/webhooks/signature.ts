import { createHmac } from 'node:crypto';

/**
 * `t=<unix seconds>,v1=<hex>`, with one `v1` for each secret in force: HMAC-SHA256 over `<t>.<body>`. The time is in what is
 * signed, so that a notice that somebody caught cannot be sent again later as if it were new.
 */
export const signatureOf = (secrets: readonly string[], atMs: number, body: string): string => {
  const t = Math.floor(atMs / 1_000);
  const signed = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`);
  return [`t=${t}`, ...signed].join(',');
};
