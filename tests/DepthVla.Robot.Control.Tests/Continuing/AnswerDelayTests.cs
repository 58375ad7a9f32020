using DepthVla.Robot.Control.Continuing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Control.Tests.Continuing;

public sealed class AnswerDelayTests
{
    private const long T0 = 5_000_000_000;

    private readonly AnswerDelay _delay = new();

    [Fact]
    public void Steps_CountsStepsThatAreOver_TheMostOfTheLastTen_WithoutTheFirst()
    {
        Note(after: 7);                     // who wakes up may take long
        Assert.Null(_delay.Steps);
        Note(after: 1.5);
        Assert.Equal(2, _delay.Steps);      // steps 0 and 1 were the old plan's
        Note(after: -0.5);
        Assert.Equal(2, _delay.Steps);
        Note(after: 3);
        Assert.Equal(4, _delay.Steps);
        for (var i = 0; i < 9; i++) Note(after: 0);
        Assert.Equal(4, _delay.Steps);
        Note(after: 0);
        Assert.Equal(1, _delay.Steps);
    }

    [Fact]
    public void Forget_AnotherSession_ItsFirstIsNotCountedEither()
    {
        Note(after: 0);
        Note(after: 2);
        _delay.Forget();
        Assert.Null(_delay.Steps);
        Note(after: 8);
        Assert.Null(_delay.Steps);
        Note(after: -1);
        Assert.Equal(1, _delay.Steps);      // early: the old plan leads to step 0
    }

    [Fact]
    public void Note_AfterTheLastStep_IsTheWholePlan()
    {
        Note(after: 0);
        Note(after: 1000);
        Assert.Equal(10, _delay.Steps);
    }

    // Periods after the first step's time.
    private void Note(double after)
    {
        var chunk = Chunks.Stay(T0, 10, 0.1);
        Assert.Null(ActionPlan.TryCreate(chunk, [new("a", JointUnit.Radian, -1, 1, 1, 1)], new PlanRules(), T0, out var plan));
        _delay.Note(plan!, T0 + (long)(after * Chunks.PeriodNs));
    }
}
