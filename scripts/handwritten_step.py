"""The conv VAE's training step in bare TensorFlow: what a `fit` of the zoo is measured against.

No Keras and no TFP: variables, operations and Adam, in one `tf.function`.
"""

import tensorflow as tf

LATENT = 32


def training_step(dtype=tf.float32):
    """A function that takes one step on a batch of 28x28 images and returns the loss, with weights of its own."""
    shapes = [
        ((3, 3, 1, 32), 32),
        ((3, 3, 32, 64), 64),
        ((3136, 2 * LATENT), 2 * LATENT),
        ((LATENT, 3136), 3136),
        ((3, 3, 32, 64), 32),
        ((3, 3, 1, 32), 1),
    ]
    initializer = tf.keras.initializers.GlorotUniform(seed=0)
    weights = [v for kernel, bias in shapes for v in (tf.Variable(initializer(kernel)), tf.Variable(tf.zeros(bias)))]
    means, squares = ([tf.Variable(tf.zeros_like(w)) for w in weights] for _ in range(2))
    steps = tf.Variable(0.0)

    def elbo(x):
        w = [tf.cast(v, dtype) for v in weights]
        h = tf.nn.relu(tf.nn.conv2d(tf.cast(x, dtype), w[0], 2, "SAME") + w[1])
        h = tf.nn.relu(tf.nn.conv2d(h, w[2], 2, "SAME") + w[3])
        parameters = tf.cast(tf.reshape(h, [-1, 3136]) @ w[4] + w[5], tf.float32)
        loc, scale = parameters[:, :LATENT], tf.nn.softplus(parameters[:, LATENT:]) + 1e-4
        z = loc + scale * tf.random.normal(tf.shape(loc))
        kl = tf.reduce_sum(0.5 * (scale**2 + loc**2 - 1) - tf.math.log(scale), axis=1)
        h = tf.reshape(tf.nn.relu(tf.cast(z, dtype) @ w[6] + w[7]), [-1, 7, 7, 64])
        size = tf.shape(x)[0]
        h = tf.nn.relu(tf.nn.conv2d_transpose(h, w[8], [size, 14, 14, 32], 2) + w[9])
        h = tf.nn.conv2d_transpose(h, w[10], [size, 28, 28, 1], 2) + w[11]
        misses = tf.nn.sigmoid_cross_entropy_with_logits(x, tf.cast(h, tf.float32))
        return tf.reduce_mean(-tf.reduce_sum(misses, axis=[1, 2, 3]) - kl)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = -elbo(x)
        steps.assign_add(1.0)
        rate = 1e-3 * tf.sqrt(1 - 0.999**steps) / (1 - 0.9**steps)
        for w, g, m, s in zip(weights, tape.gradient(loss, weights), means, squares, strict=True):
            m.assign_add(0.1 * (g - m))
            s.assign_add(0.001 * (g * g - s))
            w.assign_sub(rate * m / (tf.sqrt(s) + 1e-7))
        return loss

    return step
