using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Model.Tests.Network;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Policies;

public sealed class EmbeddedPromptsTests : IDisposable
{
    private readonly TensorScope _scope = new();
    private readonly DepthVlaNetwork _network = TinyNetwork.Build();
    private readonly EmbeddedPrompts _prompts;

    public EmbeddedPromptsTests() => _prompts = new EmbeddedPrompts(_network, TorchDevice.Cpu);

    public void Dispose()
    {
        _prompts.Dispose();
        _network.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Of_InstructionThatStays_IsEmbeddedOnceAndAsTheNetworkDoes()
    {
        var text = _prompts.Of(Words(1, 2, 3));
        Assert.Same(text, _prompts.Of(Words(1, 2, 3)));
        Assert.Equal(_network.EmbedText(Tensor.From<long>([1, 2, 3], [1, 3])).ToArray<float>(), text.ToArray<float>());
        Assert.NotSame(text, _prompts.Of(Words(1, 2, 4)));
        Assert.NotSame(text, _prompts.Of(Words(1, 2)));
        Assert.Equal(3, _prompts.Count);
    }

    /// <summary>What a network answers does not depend on who embedded the prompt; nor in a batch of prompts of unequal lengths, of which the shorter is filled up.</summary>
    [Fact]
    public void Sample_PromptEmbeddedBefore_AnswersAsWithItsIds()
    {
        using var grad = GradMode.Off();
        var (one, other) = (TinyNetwork.Input(1), TinyNetwork.Input(5));
        other = other with { Tokens = other.Tokens.Slice(1, 0, 12) };
        Assert.Equal(Sampled(one), Sampled(Embedded(one)));
        Assert.Equal(Sampled(NetworkInput.Join([one, other])), Sampled(NetworkInput.Join([Embedded(one), Embedded(other)])));

        NetworkInput Embedded(NetworkInput input) => input with { Tokens = _network.EmbedText(input.Tokens) };
        float[] Sampled(NetworkInput input)
        {
            var noise = TinyNetwork.Random(4, input.Images.Size(0), TinyNetwork.Config.ActionHorizon, TinyNetwork.Config.ActionDim);
            return _network.Sample(input, noise, false, new StageClock(TorchDevice.Cpu)).Actions.ToArray<float>();
        }
    }

    [Fact]
    public void Of_ManyPrompts_KeepsThoseAskedForLast()
    {
        var first = _prompts.Of(Words(0));
        var second = _prompts.Of(Words(1));
        for (var i = 2; i < EmbeddedPrompts.Most; i++) _prompts.Of(Words(i));
        Assert.Same(first, _prompts.Of(Words(0)));
        _prompts.Of(Words(EmbeddedPrompts.Most));                                                // in the place of the second
        Assert.Equal(EmbeddedPrompts.Most, _prompts.Count);
        Assert.Same(first, _prompts.Of(Words(0)));
        Assert.NotSame(second, _prompts.Of(Words(1)));
    }

    private static Prompt Words(params int[] ids) => new([.. ids], ids.Length);
}
