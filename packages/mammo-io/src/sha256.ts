/** SHA-256 of a text (UTF-8) or of bytes. */
export async function sha256(content: string | Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', buffered(content)));
}

/** HMAC-SHA-256 of a text under a key, both in UTF-8, as 64 hexadecimal digits. */
export async function hmacSha256(key: string, text: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const { subtle } = globalThis.crypto;
  const imported = await subtle.importKey('raw', buffered(key), algorithm, false, ['sign']);
  return hexadecimal(new Uint8Array(await subtle.sign('HMAC', imported, buffered(text))));
}

/** Two digits for each byte. */
function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The bytes over an ArrayBuffer, which the Web Crypto interface asks for. */
function buffered(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content.buffer instanceof ArrayBuffer
    ? (content as Uint8Array<ArrayBuffer>)
    : new Uint8Array(content);
}
