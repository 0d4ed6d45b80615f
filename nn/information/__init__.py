"""Information theory and likelihood: on numbers, arrays and Tensors, differentiable where a Tensor comes in."""

from .coins import bernoulli_likelihood, bernoulli_mle, bernoulli_probabilities, coin_log_likelihood_ratio
from .continuous import kl_divergence_continuous
from .entropy import cross_entropy, entropy, kl_divergence, surprise
from .joint import JointTable, bayes, posterior
from .kl_div_loss import KLDivLoss
from .ratio import likelihood_ratio

__all__ = [
    "JointTable", "KLDivLoss", "bayes", "bernoulli_likelihood", "bernoulli_mle", "bernoulli_probabilities",
    "coin_log_likelihood_ratio", "cross_entropy", "entropy", "kl_divergence", "kl_divergence_continuous",
    "likelihood_ratio", "posterior", "surprise",
]  # fmt: skip
