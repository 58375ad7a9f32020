using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Learning.Evaluation.Rollouts;

namespace DepthVla.Robot.Learning.Tests.Evaluation;

public sealed class DelayedAnswersTests
{
    [Fact]
    public void Take_BeforeTheLatencyIsOver_Nothing()
    {
        var answers = new DelayedAnswers(60);
        answers.Post(Answer(1), 100);
        Assert.Null(answers.Take(159));
        Assert.Equal(1, answers.Take(160)!.Observation.Sequence);
        Assert.Null(answers.Take(1000));
    }

    [Fact]
    public void Post_FasterThanTheyAreAnswered_NewestWaitsAndTheOthersAreGone()
    {
        var answers = new DelayedAnswers(60);
        for (var i = 1; i <= 3; i++) answers.Post(Answer(i), 100 + i);
        Assert.Equal(1, answers.Take(161)!.Observation.Sequence);
        Assert.Null(answers.Take(220));
        Assert.Equal(3, answers.Take(221)!.Observation.Sequence);
    }

    [Fact]
    public void Take_NoLatency_IsThereAtOnce()
    {
        var answers = new DelayedAnswers(0);
        answers.Post(Answer(1), 5);
        Assert.NotNull(answers.Take(5));
    }

    private static Answer Answer(int number)
    {
        var observation = new Observation
        {
            Sequence = number, CaptureTimeNs = 0, BudgetNs = 0, Frames = [], Proprioception = JointVector.Zero(7), Instruction = "",
        };
        return new(observation, ArmPolicy.Chunk(observation, ArmPolicy.Info("some", 10), new float[56]));
    }
}
