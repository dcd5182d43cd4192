# Reference results for toolkit/survey (weights.py, estimate.py), by R survey.
# Run in this folder: Rscript survey.R    (made with R 4.2.2, survey 4.1-1)
library(survey)
options(survey.lonely.psu = "adjust", digits = 15)
d <- read.csv("survey_sample.csv", na.strings = "")
d$one <- 1
out <- list()
num <- function(x) as.numeric(x)
add <- function(what, level, value, low, high, se, df = NA)
  out[[length(out) + 1]] <<- data.frame(what = what, level = level, value = num(value), low = num(low),
                                        high = num(high), se = num(se), df = num(df))

# Raking: two margins, from equal weights.
pop1 <- data.frame(area = c("A", "B", "C"), Freq = c(5000, 3000, 2000))
pop2 <- data.frame(sex = c("man", "vrouw"), Freq = c(4800, 5200))
start <- svydesign(ids = ~1, weights = ~one, data = d)
raked <- rake(start, list(~area, ~sex), list(pop1, pop2), control = list(maxit = 200, epsilon = 1e-12))
w <- weights(raked)
for (i in seq_along(w)) add("rake", d$id[i], w[i], NA, NA, NA)

des <- svydesign(ids = ~1, strata = ~area, weights = ~weight, data = d)
fpc <- svydesign(ids = ~1, strata = ~area, weights = ~weight, fpc = ~size, data = d)

estimates <- function(name, design) {
  have <- subset(design, !is.na(yes))
  r <- svyciprop(~yes, have, method = "logit")
  add(paste0(name, "share"), "", as.numeric(r), attr(r, "ci")[1], attr(r, "ci")[2], SE(svymean(~yes, have)), degf(have))
  add(paste0(name, "deff"), "", deff(svymean(~yes, have, deff = "replace")), NA, NA, NA)
  for (g in c("jong", "oud")) {
    one <- subset(have, group == g)
    r <- svyciprop(~yes, one, method = "logit")
    add(paste0(name, "share"), g, as.numeric(r), attr(r, "ci")[1], attr(r, "ci")[2], SE(svymean(~yes, one)), degf(one))
  }
  for (g in c("A", "B", "C")) {
    one <- subset(have, area == g)
    r <- svyciprop(~yes, one, method = "logit")
    add(paste0(name, "share.area"), g, as.numeric(r), attr(r, "ci")[1], attr(r, "ci")[2], SE(svymean(~yes, one)), degf(one))
  }
  got <- subset(design, !is.na(grade))
  for (g in c("", "jong", "oud")) {
    one <- if (g == "") got else subset(got, group == g)
    m <- svymean(~grade, one); ci <- confint(m, df = degf(one))
    add(paste0(name, "mean"), g, coef(m), ci[1], ci[2], SE(m), degf(one))
  }
  q <- svyquantile(~amount, design, 0.5, ci = TRUE, interval.type = "mean", qrule = "hf1")
  add(paste0(name, "median"), "", q$amount[1, "quantile"], q$amount[1, "ci.2.5"], q$amount[1, "ci.97.5"], NA)
  both <- svyby(~grade, ~group, got, svymean, covmat = TRUE)
  gap <- svycontrast(both, c(jong = 1, oud = -1)); df <- degf(got); half <- qt(0.975, df) * SE(gap)
  add(paste0(name, "difference"), "jong-oud", coef(gap), coef(gap) - half, coef(gap) + half, SE(gap), df)
  add(paste0(name, "difference.p"), "jong-oud", 2 * pt(-abs(coef(gap) / SE(gap)), df), NA, NA, NA)
}
estimates("", des)
estimates("fpc.", fpc)
write.csv(do.call(rbind, out), "survey_reference.csv", row.names = FALSE, na = "")
