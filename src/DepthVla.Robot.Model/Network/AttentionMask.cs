using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Torch.Tensors;

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
    private enum TokenKind
    {
        Vlm,
        Depth,
        State,
        Action,
    }

    /// <summary>[B, 1, 1, S]: padding is seen by nobody. Null, and so no masking at all, when there is none.</summary>
    internal static Tensor? Keys(TokenLayout layout, bool[][] valid, TorchDevice device) => layout.HasPadding
        ? Tensor.From<bool>([.. valid.SelectMany(row => row)], [valid.Length, 1, 1, valid[0].Length], device)
        : null;

    /// <summary>[B][T·T], row = who looks, column = who is seen.</summary>
    internal static bool[][] Build(NetworkConfig config, TokenLayout layout) =>
        [.. layout.VlmValid.Select((_, row) => BuildRow(config.Attention, Tokens(config, layout, row)))];

    private static bool[] BuildRow(AttentionConfig rules, StreamToken[] tokens)
    {
        var sees = new bool[tokens.Length * tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            for (var j = 0; j < tokens.Length; j++) sees[i * tokens.Length + j] = tokens[i].Valid && tokens[j].Valid && Sees(rules, tokens[i], tokens[j]);
        }

        return sees;
    }

    private static bool Sees(AttentionConfig rules, StreamToken from, StreamToken to) => (from.Kind, to.Kind) switch
    {
        (TokenKind.Vlm, TokenKind.Vlm) => true,
        (TokenKind.Vlm, TokenKind.Depth) or (TokenKind.Depth, TokenKind.Vlm) => !rules.BlockMask,
        (TokenKind.Depth, TokenKind.Depth) => rules.CrossCamera || from.Camera == to.Camera,
        (TokenKind.State, TokenKind.Vlm or TokenKind.State) => true,
        (TokenKind.State, TokenKind.Depth) => rules.StateSeesDepth,
        (TokenKind.Action, TokenKind.Depth) => rules.ActionSeesDepth,
        (TokenKind.Action, _) => true,
        _ => false,
    };

    private static StreamToken[] Tokens(NetworkConfig config, TokenLayout layout, int row) =>
    [
        .. layout.VlmValid[row].Select(valid => new StreamToken(TokenKind.Vlm, valid)),
        .. layout.DepthValid[row].Select((valid, i) => new StreamToken(TokenKind.Depth, valid, i / Math.Max(config.DepthTokens, 1))),
        .. Enumerable.Repeat(new StreamToken(TokenKind.State, true), layout.HasStateToken ? 1 : 0),
        .. Enumerable.Repeat(new StreamToken(TokenKind.Action, true), config.ActionHorizon),
    ];

    private readonly record struct StreamToken(TokenKind Kind, bool Valid, int Camera = 0);
}
