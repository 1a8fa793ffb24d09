from zoo.evaluation.likelihood.doubtful import doubtful_share, is_bound


def test_more_than_one_image_in_twenty_makes_the_mean_a_bound():
    assert not is_bound({"doubtful": 50, "collapsed": 50, "num_examples": 1000})
    assert is_bound({"doubtful": 51, "collapsed": 0, "num_examples": 1000})


def test_the_figures_of_before_have_the_collapsed_images_alone():
    assert doubtful_share({"collapsed": 340, "num_examples": 1000}) == 0.34
    assert is_bound({"collapsed": 340, "num_examples": 1000})


def test_what_a_single_chain_can_not_say_is_a_bound():
    assert doubtful_share({"collapsed": None, "num_examples": 10}) == 1
