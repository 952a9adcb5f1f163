/**
 * MRMC analyses of the built package against R in the same run, interleaved:
 * `npm run bench -w packages/reader-study-stats`. (tsx, which could run the sources, names every closure at run
 * time, a quarter of the time of an analysis.) Prints a Markdown table and JSON. R is found on the PATH (or MAMMO_RSCRIPT); a peer that is absent is
 * named as absent.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  arrangeReads,
  type BinaryLabel,
  bootstrapMrmc,
  deLongPairedTest,
  type MrmcData,
  obuchowskiRockette,
  simulateRoeMetz,
  uStatisticAnalysis,
} from '@mammo/reader-study-stats';

const ROUNDS = 5;
const REPLICATES = 2000;

/** The same analyses in R: pROC for DeLong; Obuchowski-Rockette in vectorised base R. */
const R_PEER = `
args <- commandArgs(trailingOnly = TRUE)
d <- read.csv(args[1])
cells <- paste(d$test, d$reader)
ratings <- sapply(unique(cells), function(cell) d$rating[cells == cell])
truth <- d$truth[cells == cells[1]]
pos <- ratings[truth == 1, ]; neg <- ratings[truth == 0, ]
nt <- 2; nr <- ncol(ratings) / nt
test <- rep(1:nt, each = nr); reader <- rep(1:nr, nt)
same_test <- outer(test, test, "=="); same_reader <- outer(reader, reader, "==")
or <- function(pos, neg) {
  m <- nrow(pos); n <- nrow(neg); k <- m + n
  ranks <- apply(rbind(pos, neg), 2, rank)
  v10 <- (ranks[1:m, ] - apply(pos, 2, rank)) / n
  v01 <- 1 - (ranks[m + 1:n, ] - apply(neg, 2, rank)) / m
  auc <- colMeans(v10)
  dev <- rbind(sweep(-v10, 2, auc, "+") / (m - 1), sweep(-v01, 2, auc, "+") / (n - 1))
  dev <- sweep(dev, 2, colMeans(dev))
  cov <- (k - 1) / k * crossprod(dev)
  error <- mean(diag(cov)); cov1 <- mean(cov[!same_test & same_reader])
  cov2 <- mean(cov[same_test & !same_reader]); cov3 <- mean(cov[!same_test & !same_reader])
  theta <- matrix(auc, nr, nt)
  tm <- colMeans(theta); rm <- rowMeans(theta); g <- mean(theta)
  mst <- nr * sum((tm - g)^2) / (nt - 1)
  mstr <- sum((theta - outer(rm, tm, "+") + g)^2) / ((nt - 1) * (nr - 1))
  den <- mstr + nr * max(cov2 - cov3, 0)
  df <- den^2 / (mstr^2 / ((nt - 1) * (nr - 1)))
  se <- sqrt(2 / nr * den); diff <- tm[1] - tm[2]
  means <- sapply(1:nt, function(i) {
    own <- test == i
    msr <- var(theta[, i]); c2 <- max(mean(cov[own, own][!same_reader[own, own]]), 0)
    df1 <- (msr + nr * c2)^2 / (msr^2 / (nr - 1))
    tm[i] + c(-1, 1) * qt(.975, df1) * sqrt(msr / nr + c2)
  })
  msr <- nt * sum((rm - g)^2) / (nr - 1)
  var_r <- (msr - mstr) / nt - cov1 + cov3; var_tr <- mstr - error + cov1 + cov2 - cov3
  c(f = mst / den, df = df, p = pf(mst / den, nt - 1, df, lower.tail = FALSE), error, cov1,
    var_r, var_tr, means, t = diff / se, 2 * pt(-abs(diff / se), df),
    diff + c(-1, 1) * qt(.975, df) * se)
}
seconds <- function(n, f) { for (i in 1:min(n, 50)) f(); system.time(for (i in 1:n) f())[["elapsed"]] / n }
out <- list()
out$or <- seconds(300, function() or(pos, neg))
out$bootstrap <- seconds(1, function() replicate(${REPLICATES}, {
  or(pos[sample(nrow(pos), replace = TRUE), ], neg[sample(nrow(neg), replace = TRUE), ])[["f"]]
}))
out$delong <- if (requireNamespace("pROC", quietly = TRUE)) {
  suppressMessages(library(pROC))
  seconds(100, function() {
    a <- roc(truth, ratings[, 1], levels = 0:1, direction = "<", quiet = TRUE)
    b <- roc(truth, ratings[, nr + 1], levels = 0:1, direction = "<", quiet = TRUE)
    roc.test(a, b, method = "delong", paired = TRUE)
  })
} else NA
result <- or(pos, neg)
cat(sprintf("%.9f %.9f %.9f %.12f %.9f", out$or, out$bootstrap, out$delong, result[["f"]], result[["p"]]))
`;

interface PeerTimes {
  readonly or: number;
  readonly bootstrap: number;
  readonly delong: number;
  /** F and p, so that both sides are known to compute the same. */
  readonly f: number;
  readonly p: number;
}

function study(positives: number, negatives: number): MrmcData {
  const rows = simulateRoeMetz({
    readers: 5,
    positives,
    negatives,
    separations: [1.5, 1.8],
    variances: {
      reader: 0.0055,
      case: 0.3,
      testByReader: 0.0055,
      testByCase: 0.3,
      readerByCase: 0.2,
      error: 0.2,
    },
    seed: 7,
  });
  const ordinal = rows.map((row) => ({
    ...row,
    rating: Math.max(1, Math.min(5, Math.round(row.rating! * 1.2 + 2))),
  }));
  return arrangeReads(ordinal, { positive: '1', negative: '0', direction: 'higher' });
}

function csvOf(data: MrmcData): string {
  const lines = data.cells.flatMap(({ test, reader, positives, negatives }) => [
    ...Array.from(positives.ratings, (rating) => `${test},${reader},1,${rating}`),
    ...Array.from(negatives.ratings, (rating) => `${test},${reader},0,${rating}`),
  ]);
  return `test,reader,truth,rating\n${lines.join('\n')}\n`;
}

function runR(script: string, table: string): PeerTimes | null {
  try {
    const out = execFileSync(process.env.MAMMO_RSCRIPT ?? 'Rscript', [script, table], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [or, bootstrap, delong, f, p] = out.trim().split(/\s+/).map(Number);
    return { or: or!, bootstrap: bootstrap!, delong: delong!, f: f!, p: p! };
  } catch {
    return null;
  }
}

/** Seconds per call, after as many calls that warm up. */
function seconds(calls: number, run: () => unknown): number {
  for (let i = 0; i < calls; i++) run();
  const start = performance.now();
  for (let i = 0; i < calls; i++) run();
  return (performance.now() - start) / 1000 / calls;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function main(): void {
  const data = study(45, 69);
  const large = study(500, 500);
  const folder = mkdtempSync(join(tmpdir(), 'mrmc-bench-'));
  const [script, table] = [join(folder, 'peer.R'), join(folder, 'reads.csv')];
  writeFileSync(script, R_PEER);
  writeFileSync(table, csvOf(data));
  const [a, b] = [data.cells[0]!, data.cells[5]!];
  const scores = (cell: typeof a) => [...cell.positives.ratings, ...cell.negatives.ratings];
  const labels: BinaryLabel[] = [
    ...Array<BinaryLabel>(45).fill('positive'),
    ...Array<BinaryLabel>(69).fill('negative'),
  ];
  const [scoresA, scoresB] = [scores(a), scores(b)];
  const statisticOf = (replicate: MrmcData) => [
    obuchowskiRockette(replicate).equality.statistic ?? Number.NaN,
  ];
  const workloads = {
    delong: () => seconds(3000, () => deLongPairedTest(scoresA, scoresB, { labels })),
    or: () => seconds(3000, () => obuchowskiRockette(data)),
    bootstrap: () =>
      seconds(1, () =>
        bootstrapMrmc(data, {
          unit: 'cases',
          replicates: REPLICATES,
          seed: 1,
          compute: statisticOf,
        }),
      ),
    uStatistics: () => seconds(3, () => uStatisticAnalysis(large)),
  };
  type Name = keyof typeof workloads;
  const names = Object.keys(workloads) as Name[];
  const own: Record<Name, number[]> = { delong: [], or: [], bootstrap: [], uStatistics: [] };
  const peer: PeerTimes[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) own[name].push(workloads[name]());
    const times = runR(script, table);
    if (times) peer.push(times);
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`);
  }
  rmSync(folder, { recursive: true });
  checkSame(data, peer[0]);

  const goals: Record<Name, number | null> = {
    delong: 0.1,
    or: 0.1,
    bootstrap: 0.2,
    uStatistics: null,
  };
  const titles: Record<Name, string> = {
    delong: 'DeLong, paired, 45 + 69 cases (R: pROC)',
    or: 'Obuchowski-Rockette, 2 tests × 5 readers × 114 cases (R: vectorised)',
    bootstrap: `${REPLICATES} bootstrap replicates of it`,
    uStatistics: 'U-statistics, 2 tests × 5 readers × 1,000 cases',
  };
  const rows = names.map((name) => {
    const ours = median(own[name]);
    const theirs =
      name === 'uStatistics' || peer.length === 0
        ? Number.NaN
        : median(peer.map((times) => times[name]));
    return { name, ours, theirs, ratio: ours / theirs, goal: goals[name] };
  });
  const ms = (value: number) =>
    Number.isNaN(value) ? 'absent' : `${(value * 1000).toPrecision(3)} ms`;
  const lines = rows.map(
    (row) =>
      `| ${titles[row.name]} | ${ms(row.ours)} | ${row.name === 'uStatistics' ? '' : ms(row.theirs)} | ` +
      `${Number.isNaN(row.ratio) ? '' : row.ratio.toFixed(3)} | ${row.goal ?? 'below 1 s'} |`,
  );
  process.stdout.write(
    `Medians of ${ROUNDS} rounds, ${cpus().length} cores, Node ${process.version}\n\n` +
      `| analysis | this package | R | ratio | goal |\n|---|---|---|---|---|\n${lines.join('\n')}\n\n` +
      `${JSON.stringify(rows)}\n`,
  );
}

/** Both sides must compute the same. */
function checkSame(data: MrmcData, times: PeerTimes | undefined): void {
  if (!times) return;
  const { statistic, pValue } = obuchowskiRockette(data).equality;
  if (Math.abs(statistic! - times.f) > 1e-8 || Math.abs(pValue! - times.p) > 1e-8) {
    throw new Error(
      `bench: F and p must agree, got ${statistic}, ${pValue} and ${times.f}, ${times.p}`,
    );
  }
}

main();
