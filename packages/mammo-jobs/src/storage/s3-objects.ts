import type { S3Client } from '@aws-sdk/client-s3';
import { StoreError } from './store.ts';

/** The objects of a bucket, as much of S3's interface as a store needs; see {@link s3Objects}. */
export interface S3Objects {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, bytes: Uint8Array | string): Promise<void>;
  /** False if there is an object already. */
  create(key: string, bytes: Uint8Array | string): Promise<boolean>;
  list(prefix: string): Promise<readonly string[]>;
  remove(key: string): Promise<void>;
}

/** Tries of a request; between them the SDK waits longer and longer. */
const TRIES = 5;

type Sdk = typeof import('@aws-sdk/client-s3');

let loading: Promise<{ readonly sdk: Sdk; readonly client: S3Client }> | undefined;

/**
 * The objects of a bucket, by the AWS SDK, which is loaded when it is first needed. Server, region and credentials are those of
 * its environment (`AWS_ENDPOINT_URL_S3`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, … or a profile). The SDK sends a CRC-32 with what it
 * writes, compares that of what it reads, and tries requests again.
 *
 * @throws StoreError in every function, if the server cannot be reached or refuses
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function s3Objects(bucket: string): S3Objects {
  const ask = async <T>(
    what: string,
    request: (s3: { readonly sdk: Sdk; readonly client: S3Client }) => Promise<T>,
  ): Promise<T> => {
    loading ??= connect();
    const s3 = await loading;
    return request(s3).catch((error: Error) => {
      throw new StoreError(`storage: ${what} s3://${bucket}: ${error.name}: ${error.message}`);
    });
  };
  const read: S3Objects['read'] = (key) =>
    ask(`read ${key} of`, async ({ sdk, client }) => {
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
        return await Body!.transformToByteArray();
      } catch (error) {
        if (error instanceof sdk.NoSuchKey) return undefined;
        throw error;
      }
    });
  return {
    read,
    write: (key, bytes) =>
      ask(`write ${key} into`, async ({ sdk, client }) => {
        await client.send(
          new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(bytes) }),
        );
      }),
    create: (key, bytes) =>
      ask(`create ${key} in`, async ({ sdk, client }) => {
        const object = { Bucket: bucket, Key: key, Body: Buffer.from(bytes), IfNoneMatch: '*' };
        try {
          await client.send(new sdk.PutObjectCommand(object));
          return true;
        } catch (error) {
          const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata;
          if (status?.httpStatusCode !== 412) throw error;
          // It may be there by a first try whose answer was lost.
          const found = await read(key);
          return found !== undefined && Buffer.compare(found, Buffer.from(bytes)) === 0;
        }
      }),
    list: (prefix) =>
      ask(`list ${prefix} of`, async ({ sdk, client }) => {
        const keys: string[] = [];
        const request = { Bucket: bucket, Prefix: prefix };
        for await (const page of sdk.paginateListObjectsV2({ client }, request)) {
          keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
        }
        return keys;
      }),
    remove: (key) =>
      ask(`remove ${key} of`, async ({ sdk, client }) => {
        await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }));
      }),
  };
}

async function connect() {
  const sdk = await import('@aws-sdk/client-s3').catch(() => {
    throw new Error(
      'storage: s3:// needs the AWS SDK beside mammo-jobs: npm install @aws-sdk/client-s3',
    );
  });
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env;
  const isOwnServer = (AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL) !== undefined;
  // Servers other than Amazon's rarely have a host name for each bucket.
  return { sdk, client: new sdk.S3Client({ maxAttempts: TRIES, forcePathStyle: isOwnServer }) };
}
