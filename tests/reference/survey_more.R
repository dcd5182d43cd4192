# Reference results for totals, medians, differences and domains, also raked and with fpc, by R survey.
# Run in this folder: Rscript survey_more.R    (made with R 4.2.2, survey 4.1-1)
# Raked weights count as fixed, as in toolkit/survey/estimate.py.
library(survey)
options(survey.lonely.psu = "adjust", digits = 15)
d <- read.csv("survey_sample.csv", na.strings = "")
d$one <- 1
out <- list()
num <- function(x) as.numeric(x)
add <- function(design, what, level, value, low = NA, high = NA, se = NA, df = NA)
  out[[length(out) + 1]] <<- data.frame(design = design, what = what, level = level, value = num(value), low = num(low),
                                        high = num(high), se = num(se), df = num(df))

pop1 <- data.frame(area = c("A", "B", "C"), Freq = c(500, 300, 200))
pop2 <- data.frame(sex = c("man", "vrouw"), Freq = c(480, 520))
raked <- rake(svydesign(ids = ~1, weights = ~one, data = d), list(~area, ~sex), list(pop1, pop2),
              control = list(maxit = 200, epsilon = 1e-12))
d$raked <- weights(raked)
lonely <- d
lonely$area[1] <- "Z"
designs <- list(
  plain = svydesign(ids = ~1, weights = ~weight, data = d),
  strata = svydesign(ids = ~1, strata = ~area, weights = ~weight, data = d),
  fpc = svydesign(ids = ~1, strata = ~area, weights = ~weight, fpc = ~size, data = d),
  raked = svydesign(ids = ~1, strata = ~area, weights = ~raked, data = d),
  "raked.fpc" = svydesign(ids = ~1, strata = ~area, weights = ~raked, fpc = ~size, data = d),
  lonely = svydesign(ids = ~1, strata = ~area, weights = ~weight, data = lonely)
)

for (name in names(designs)) {
  design <- designs[[name]]
  for (g in c("", "jong", "oud")) {
    part <- if (g == "") design else subset(design, group == g)
    have <- subset(part, !is.na(yes))
    r <- svyciprop(~yes, have, method = "logit")
    add(name, "share", g, r, attr(r, "ci")[1], attr(r, "ci")[2], SE(svymean(~yes, have)), degf(have))
    got <- subset(part, !is.na(grade))
    m <- svymean(~grade, got, deff = "replace"); half <- qt(0.975, degf(got)) * SE(m)
    add(name, "mean", g, coef(m), coef(m) - half, coef(m) + half, SE(m), degf(got))
    add(name, "deff", g, deff(m))
    if (name != "lonely") {
      t <- svytotal(~yes, have); half <- qt(0.975, degf(have)) * SE(t)
      add(name, "total", g, coef(t), coef(t) - half, coef(t) + half, SE(t), degf(have))
      q <- svyquantile(~amount, part, 0.5, ci = TRUE, interval.type = "mean", qrule = "hf1", df = degf(part))
      add(name, "median", g, q$amount[1, "quantile"], q$amount[1, "ci.2.5"], q$amount[1, "ci.97.5"])
    }
  }
  got <- subset(design, !is.na(grade))
  for (a in c("A", "B", "C")) {
    here <- update(got, side = factor(ifelse(area == a, "here", "rest")))
    both <- svyby(~grade, ~side, here, svymean, covmat = TRUE)
    gap <- svycontrast(both, c(here = 1, rest = -1)); df <- degf(got); half <- qt(0.975, df) * SE(gap)
    add(name, "rest", a, coef(gap), coef(gap) - half, coef(gap) + half, SE(gap), df)
    add(name, "rest.p", a, 2 * pt(-abs(coef(gap) / SE(gap)), df))
  }
  have <- subset(design, !is.na(yes))
  both <- svyby(~yes, ~group, have, svymean, covmat = TRUE)
  gap <- svycontrast(both, c(jong = 1, oud = -1)); df <- degf(have); half <- qt(0.975, df) * SE(gap)
  add(name, "groups", "jong", coef(gap), coef(gap) - half, coef(gap) + half, SE(gap), df)
}
all <- do.call(rbind, out)
for (name in unique(all$design)) {
  p <- all[all$design == name & all$what == "rest.p", ]
  all <- rbind(all, transform(p, what = "rest.holm", value = p.adjust(p$value, "holm")))
}
write.csv(all, "survey_more.csv", row.names = FALSE, na = "")
