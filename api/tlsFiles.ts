import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';

/** PEM: the certificate with those between it and its authority, and its key. */
export type TlsFiles = { readonly certificateFile: string; readonly keyFile: string };

/** Older ones are broken; a new certificate changes nothing about that. */
export const tlsMinVersion = 'TLSv1.2';

type Pair = { readonly cert: string; readonly key: string };

/**
 * Throws when a file cannot be read, or the two do not belong together. A file that is being written may still be empty, and
 * a context of an empty certificate is one without any, so both are looked into before.
 */
export const readTlsFiles = async ({ certificateFile, keyFile }: TlsFiles): Promise<Pair> => {
  const [cert, key] = await Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')]);
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    throw new Error(`The certificate of ${certificateFile} is not for the key of ${keyFile}.`);
  createSecureContext({ cert, key });
  return { cert, key };
};

/**
 * Certificates last for weeks, and whoever renews one replaces both files. New connections get the new one, those that are open
 * keep theirs, and while the files do not belong together, because only one of them is written, the old one stays. Answers with
 * what ends it.
 */
export const renewTls = (
  server: Pick<Server, 'setSecureContext'>,
  files: TlsFiles,
  first: Pair,
  { everyMs, onError }: { readonly everyMs: number; readonly onError: (error: unknown) => void },
): (() => void) => {
  let shown = first;
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const found = await readTlsFiles(files);
    if (found.cert === shown.cert && found.key === shown.key) return;
    server.setSecureContext({ ...found, minVersion: tlsMinVersion });
    shown = found;
  };
  const timer = setInterval(() => {
    looking = looking.then(look).catch(onError);
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
};
