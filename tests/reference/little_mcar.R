# Mean and covariance of a normal model from rows with gaps, by EM, and Little's d2 (1988, equation 5). R 4.2.2, base only.
# Usage: Rscript little_mcar.R FILE.csv [separator] [columns, comma between]
given <- commandArgs(TRUE)
x <- read.csv(given[1], sep = if (length(given) > 1) given[2] else ",")
if (length(given) > 2) x <- x[, strsplit(given[3], ",")[[1]]]
x <- as.matrix(x)
x <- x[rowSums(!is.na(x)) > 0, ]
m <- colMeans(x, na.rm = TRUE)
s <- diag(apply(x, 2, var, na.rm = TRUE))
k <- ncol(x)
for (round in 1:20000) {
  filled <- x
  extra <- matrix(0, k, k)
  for (i in seq_len(nrow(x))) {
    o <- !is.na(x[i, ])
    if (all(o)) next
    b <- s[!o, o, drop = FALSE] %*% solve(s[o, o])
    filled[i, !o] <- m[!o] + b %*% (x[i, o] - m[o])
    extra[!o, !o] <- extra[!o, !o] + s[!o, !o] - b %*% s[o, !o, drop = FALSE]
  }
  m1 <- colMeans(filled)
  centred <- sweep(filled, 2, m1)
  s1 <- (crossprod(centred) + extra) / nrow(x)
  done <- max(abs(m1 - m), abs(s1 - s)) < 1e-11
  m <- m1
  s <- s1
  if (done) break
}
pattern <- apply(is.na(x) * 1, 1, paste, collapse = "")
d2 <- 0
df <- -k
for (p in unique(pattern)) {
  rows <- x[pattern == p, , drop = FALSE]
  o <- !is.na(rows[1, ])
  apart <- colMeans(rows[, o, drop = FALSE]) - m[o]
  d2 <- d2 + nrow(rows) * drop(apart %*% solve(s[o, o]) %*% apart)
  df <- df + sum(o)
}
cat(sprintf("little_d2;%.10f\nlittle_df;%d\nlittle_p;%.12f\npatterns;%d\n", d2, df, pchisq(d2, df, lower.tail = FALSE), length(unique(pattern))))
cat(sprintf("em_mean_%s;%.10f\nem_sd_%s;%.10f\n", colnames(x), m, colnames(x), sqrt(diag(s))), sep = "")
