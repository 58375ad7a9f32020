namespace DepthVla.Robot.Model.Text;

/// <summary>How an instruction is put before the model: what the weights were trained on.</summary>
public enum PromptFormat
{
    /// <summary>Begin, the instruction, a newline that was encoded on its own. The state goes in as numbers, not as text.</summary>
    Pi0,

    /// <summary>Begin, then one text: <c>Task: …, State: 12 130 255;⏎Action: </c>, the state in 256 bins.</summary>
    Pi05,
}
