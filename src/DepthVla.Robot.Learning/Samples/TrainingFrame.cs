namespace DepthVla.Robot.Learning.Samples;

/// <summary>One observation with everything that may be asked of it, made ready once: pictures have the network's sizes.</summary>
/// <param name="Episode">Which episode it is from.</param>
/// <param name="Pictures">[C][S·S·3], for the VLM.</param>
/// <param name="DepthPictures">[C][D·D·3], for the depth expert; empty without one.</param>
/// <param name="Depth">[C][D·D], mm, 0 = unknown; empty when there is none.</param>
/// <param name="State">Proprioception, rad or m.</param>
/// <param name="Chunks">What to do for each instruction that makes sense here.</param>
/// <param name="Own">Index into <paramref name="Chunks"/> of the instruction that was given, or −1.</param>
/// <param name="Points">[C · objects · 3]: where each object appears (u, v in 0 … 1) and its depth, m; NaN where it is not. Empty when not known.</param>
internal sealed record TrainingFrame(
    int Episode, byte[][] Pictures, byte[][] DepthPictures, ushort[][] Depth, float[] State, ChunkLabel[] Chunks, int Own, float[] Points);

/// <summary>A chunk of actions for an instruction.</summary>
/// <param name="Instruction">Index into the store's instructions.</param>
/// <param name="Actions">[H · dims], in the policy's representation.</param>
/// <param name="Object">Which of the points is named, or −1.</param>
/// <param name="Goal">Which is its goal, or −1.</param>
internal readonly record struct ChunkLabel(int Instruction, float[] Actions, int Object, int Goal);
