/** What comes of each fault of the campaigns, in the words of docs/reliability.md. */
export const FAULT_COMMENTS: Readonly<Record<string, string>> = {
  'bit flipped in a checkpoint, trainer killed': 'found by CRC-32, set aside',
  'bit flipped in a result': 'found by SHA-256, done again',
  'bit flipped in the image cache': 'found by CRC-32, image made again',
  'bit flipped in the last checkpoint, trainer killed': 'found; the one before it taken',
  'cable pulled out for a while':
    '`ip link set down` for 0.3–2.3 s: commands wait, and are sent again',
  'cable pulled out, queue server killed meanwhile':
    'half-open connections are given up after 30 s of silence',
  'cable too narrow for a while': '128 kbit/s (`tc tbf`) for 0.3–2.3 s: late, nothing else',
  'coordinator killed': 'started again; its orphans end by themselves',
  'coordinator killed, goes on with another clock': 'up to ±27 years off (libfaketime)',
  'disk full for a while': 'to the last byte for 0.3–1.2 s; waited for',
  'four in ten packets lost for a while': '`iptables` for 0.3–2.3 s, either way: sent again by TCP',
  'last checkpoint cut, trainer killed': 'found; the one before it taken',
  'note of the best checkpoint damaged, trainer killed': 'forgotten, the next good one is the best',
  'queue server killed, all its contents lost': 'chunks that it lost are put into the queue again',
  'result cut': 'at any length; found, done again',
  'second coordinator in the folder': 'refused by the lock',
  'second trainer in the folder': 'refused by the lock',
  'trainer gets no more memory':
    '1–64 MiB above what it has (RLIMIT_AS): goes on, or ends by itself with the reason; goes on from its last checkpoint',
  'trainer killed': 'goes on from the last checkpoint',
  'trainer killed, goes on with another clock': 'up to ±27 years off (libfaketime)',
  'whole worker killed': '`mammo-jobs worker`; its chunks given to the other after 15–30 s',
  'whole worker killed, goes on with another clock': 'up to ±27 years off (libfaketime)',
  'worker process gets no more memory':
    '1–64 MiB above what it has (RLIMIT_AS): goes on, or is replaced; no image is blamed',
  'worker process killed': 'its chunk given to another',
  'worker process stopped for a while': 'SIGSTOP for 0.2–1 s; waited for',
};
