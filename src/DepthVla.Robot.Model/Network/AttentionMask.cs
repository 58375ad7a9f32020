using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Model.Network;

/// <summary>Who sees whom in one joint pass over all tokens, in the order VLM, depth, state, actions.</summary>
/// <remarks>
/// <code>
/// sees →   VLM   depth   state   actions
/// VLM      yes   no*     no      no
/// depth    no*   yes**   no      no
/// state    yes   yes***  yes     no
/// actions  yes   yes***  yes     yes
/// </code>
/// * unless block_mask is off; ** its own camera only, unless cross_camera; *** if state_sees_depth, action_sees_depth. Nobody sees
/// padding, and padding sees nobody.
/// </remarks>
internal static class AttentionMask
{
    private enum Stream
    {
        Vlm,
        Depth,
        State,
        Action,
    }

    /// <summary>[B][T·T], row = who looks, column = who is seen.</summary>
    internal static bool[][] Build(NetworkConfig config, TokenLayout layout) =>
        [.. layout.VlmValid.Select((_, row) => BuildRow(config.Attention, Tokens(config, layout, row)))];

    private static bool[] BuildRow(AttentionConfig rules, Token[] tokens)
    {
        var sees = new bool[tokens.Length * tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            for (var j = 0; j < tokens.Length; j++) sees[i * tokens.Length + j] = tokens[i].Valid && tokens[j].Valid && Sees(rules, tokens[i], tokens[j]);
        }

        return sees;
    }

    private static bool Sees(AttentionConfig rules, Token from, Token to) => (from.Stream, to.Stream) switch
    {
        (Stream.Vlm, Stream.Vlm) => true,
        (Stream.Vlm, Stream.Depth) or (Stream.Depth, Stream.Vlm) => !rules.BlockMask,
        (Stream.Depth, Stream.Depth) => rules.CrossCamera || from.Camera == to.Camera,
        (Stream.State, Stream.Vlm or Stream.State) => true,
        (Stream.State, Stream.Depth) => rules.StateSeesDepth,
        (Stream.Action, Stream.Depth) => rules.ActionSeesDepth,
        (Stream.Action, _) => true,
        _ => false,
    };

    private static Token[] Tokens(NetworkConfig config, TokenLayout layout, int row) =>
    [
        .. layout.VlmValid[row].Select(valid => new Token(Stream.Vlm, valid)),
        .. layout.DepthValid[row].Select((valid, i) => new Token(Stream.Depth, valid, i / Math.Max(config.DepthTokens, 1))),
        .. Enumerable.Repeat(new Token(Stream.State, true), layout.HasStateToken ? 1 : 0),
        .. Enumerable.Repeat(new Token(Stream.Action, true), config.ActionHorizon),
    ];

    private readonly record struct Token(Stream Stream, bool Valid, int Camera = 0);
}
